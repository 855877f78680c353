// Made by `python -m editors.tree_sitter`.
// Words that begin a declaration are reserved: they end whatever stands before them, so that after a mistake reading goes on at the
// next declaration. `_nothing` is never found; it may stand anywhere, so that these words are looked for everywhere.
#include "tree_sitter/parser.h"

static const char *const WORDS[] = {
  "rules",
  "thesis",
  "input",
  "param",
  "metric",
  "forecast",
  "valuation",
  "pillar",
  "bull",
  "bear",
  "verdict",
  "scenario",
  "uncertain",
  "example",
  "catalyst",
  "kill",
  "override",
  "drop",
};

static bool of_a_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool between_words(int32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xa0 || c == 0x3000;
}

static bool same(const char *one, const char *other) {
  while (*one && *one == *other) one++, other++;
  return *one == *other;
}

bool tree_sitter_thesis_external_scanner_scan(void *none, TSLexer *lexer, const bool *valid) {
  (void)none;
  (void)valid;
  char word[10];
  unsigned size = 0;
  while (between_words(lexer->lookahead)) lexer->advance(lexer, true);
  while (of_a_word(lexer->lookahead)) {
    if (size == sizeof(word) - 1) return false;
    word[size++] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }
  word[size] = 0;
  for (unsigned n = 0; size && n < sizeof(WORDS) / sizeof(*WORDS); n++) {
    if (same(word, WORDS[n])) {
      lexer->result_symbol = (TSSymbol)n;
      return true;
    }
  }
  return false;
}

void *tree_sitter_thesis_external_scanner_create(void) { return 0; }
void tree_sitter_thesis_external_scanner_destroy(void *none) { (void)none; }
unsigned tree_sitter_thesis_external_scanner_serialize(void *none, char *buffer) {
  (void)none;
  (void)buffer;
  return 0;
}
void tree_sitter_thesis_external_scanner_deserialize(void *none, const char *buffer, unsigned length) {
  (void)none;
  (void)buffer;
  (void)length;
}
