// The grammar is made from the language's own, as JSON: see README.md.
module.exports = { grammar: require("./src/grammar.json") };
