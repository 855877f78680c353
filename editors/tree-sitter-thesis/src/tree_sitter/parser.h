// What `parser.c` and `scanner.c` share with the library of tree-sitter that loads them: its tables in the form of version 14, no more
// than these two files use. `tree-sitter generate` puts a fuller file of its own in its place, which serves as well.
#ifndef THESIS_PARSER_H
#define THESIS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t TSSymbol;
typedef uint16_t TSStateId;
typedef uint16_t TSFieldId;

enum { ts_builtin_sym_end = 0 };

// --- words: what the library hands a lexer --------------------------------------------------------------------

typedef struct TSLexer TSLexer;
struct TSLexer {
  int32_t lookahead;
  TSSymbol result_symbol;
  void (*advance)(TSLexer *, bool skip);
  void (*mark_end)(TSLexer *);
  uint32_t (*get_column)(TSLexer *);
  bool (*is_at_included_range_start)(const TSLexer *);
  bool (*eof)(const TSLexer *);
};

typedef struct { uint16_t lex_state, external_lex_state; } TSLexMode;
typedef TSLexMode TSLexerMode; // its name since tree-sitter 0.25

#if defined(__GNUC__) || defined(__clang__)
#define MAY_BE_UNUSED __attribute__((unused))
#else
#define MAY_BE_UNUSED
#endif

// A lexer is one function: its states are the branches of a `switch`, and each step begins it again.
#define START_LEXER()                                      \
  bool found = false, passed_over = false;                 \
  bool MAY_BE_UNUSED eof = false;                          \
  int32_t lookahead;                                       \
  goto look;                                               \
  next_state: lexer->advance(lexer, passed_over);          \
  look: passed_over = false; lookahead = lexer->lookahead;
#define GO(number, skips) { state = (number); passed_over = (skips); goto next_state; }
#define ADVANCE(number) GO(number, false)
#define SKIP(number) GO(number, true)
#define ADVANCE_MAP(...)                                                    \
  {                                                                         \
    static const uint16_t pairs[] = {__VA_ARGS__};                          \
    for (unsigned n = 0; n + 1 < sizeof pairs / sizeof *pairs; n += 2)      \
      if (lookahead == pairs[n]) ADVANCE(pairs[n + 1])                      \
  }
#define ACCEPT_TOKEN(symbol) found = true; lexer->result_symbol = (symbol); lexer->mark_end(lexer);
#define END_STATE() return found;

// --- tables -----------------------------------------------------------------------------------------------------

enum { TO_SHIFT, TO_REDUCE, TO_ACCEPT, TO_RECOVER };

typedef union {
  struct { uint8_t type; TSStateId state; bool extra, repetition; } shift;
  struct { uint8_t type, child_count; TSSymbol symbol; int16_t dynamic_precedence; uint16_t production_id; } reduce;
  uint8_t type;
} TSParseAction;

typedef union {
  TSParseAction action;
  struct { uint8_t count; bool reusable; } entry;
} TSParseActionEntry;

#define SHIFT(to) {{.shift = {.type = TO_SHIFT, .state = (to)}}}
#define SHIFT_REPEAT(to) {{.shift = {.type = TO_SHIFT, .state = (to), .repetition = true}}}
#define SHIFT_EXTRA() {{.shift = {.type = TO_SHIFT, .extra = true}}}
#define REDUCE(made, size, precedence, production) \
  {{.reduce = {.type = TO_REDUCE, .symbol = (made), .child_count = (size), .dynamic_precedence = (precedence), .production_id = (production)}}}
#define ACCEPT_INPUT() {{.type = TO_ACCEPT}}
#define RECOVER() {{.type = TO_RECOVER}}

#define STATE(number) number
#define ACTIONS(number) number
#define SMALL_STATE(number) ((number) - LARGE_STATE_COUNT)

// --- the language -----------------------------------------------------------------------------------------------

typedef struct { bool visible, named, supertype; } TSSymbolMetadata;
typedef struct { TSFieldId field_id; uint8_t child_index; bool inherited; } TSFieldMapEntry;
typedef struct { uint16_t index, length; } TSFieldMapSlice;

typedef struct {
  union { uint32_t version, abi_version; }; // the second since tree-sitter 0.25
  uint32_t symbol_count, alias_count, token_count, external_token_count;
  uint32_t state_count, large_state_count, production_id_count, field_count;
  uint16_t max_alias_sequence_length;
  const uint16_t *parse_table, *small_parse_table;
  const uint32_t *small_parse_table_map;
  const TSParseActionEntry *parse_actions;
  const char *const *symbol_names;
  const char *const *field_names;
  const TSFieldMapSlice *field_map_slices;
  const TSFieldMapEntry *field_map_entries;
  const TSSymbolMetadata *symbol_metadata;
  const TSSymbol *public_symbol_map;
  const uint16_t *alias_map;
  const TSSymbol *alias_sequences;
  const TSLexMode *lex_modes;
  bool (*lex_fn)(TSLexer *, TSStateId);
  bool (*keyword_lex_fn)(TSLexer *, TSStateId);
  TSSymbol keyword_capture_token;
  struct {
    const bool *states;
    const TSSymbol *symbol_map;
    void *(*create)(void);
    void (*destroy)(void *);
    bool (*scan)(void *, TSLexer *, const bool *);
    unsigned (*serialize)(void *, char *);
    void (*deserialize)(void *, const char *, unsigned);
  } external_scanner;
  const TSStateId *primary_state_ids;
} TSLanguage;

#endif
