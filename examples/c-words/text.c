#include "text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

// Bytes of the sequence that `first` starts, 0 for none.
static size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

// Whether the bytes are one character: the shortest form, no surrogate, not past the end of Unicode.
static bool is_character(const unsigned char *bytes, size_t length) {
  static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
  uint32_t value = bytes[0] & (length == 1 ? 0x7f : 0x7f >> length);
  for (size_t n = 1; n < length; n++) {
    if ((bytes[n] & 0xc0) != 0x80) return false;
    value = value << 6 | (bytes[n] & 0x3f);
  }
  return value >= lowest[length] && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000);
}

// One character of `input`; answers how many bytes it has, 0 when what came is none, -1 at the end.
static int next_character(FILE *input, unsigned char bytes[4]) {
  int byte = getc(input);
  if (byte == EOF) return -1;
  bytes[0] = (unsigned char)byte;
  size_t length = sequence_length(bytes[0]);
  for (size_t n = 1; n < length; n++) {
    byte = getc(input);
    if (byte == EOF) return 0;
    // What does not go on with this character may begin another one.
    if ((byte & 0xc0) != 0x80) return ungetc(byte, input), 0;
    bytes[n] = (unsigned char)byte;
  }
  return length > 0 && is_character(bytes, length) ? (int)length : 0;
}

size_t next_word(FILE *input, char word[WORD_BYTES + 1]) {
  size_t length = 0;
  bool full = false;
  unsigned char bytes[4];
  int got;
  while ((got = next_character(input, bytes)) >= 0) {
    bool part = got > 1 || (got == 1 && isalnum(bytes[0]));
    if (!part && length > 0) break;
    if (!part) continue;
    if (full || length + (size_t)got > WORD_BYTES) {
      full = true;
      continue;
    }
    if (got == 1) bytes[0] = (unsigned char)tolower(bytes[0]);
    memcpy(word + length, bytes, (size_t)got);
    length += (size_t)got;
  }
  word[length] = '\0';
  return length;
}

bool is_plain(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at != '\0') {
    size_t length = sequence_length(*at);
    if (length == 0 || *at < 0x20 || *at == 0x7f || strnlen((const char *)at, length) < length) return false;
    if (!is_character(at, length)) return false;
    at += length;
  }
  return true;
}
