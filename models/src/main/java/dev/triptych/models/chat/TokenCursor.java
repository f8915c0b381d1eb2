package dev.triptych.models.chat;

import dev.triptych.models.chat.Token.Kind;
import java.util.List;

/** Where a parser is in its tokens, and how deep it is nested. */
class TokenCursor {
  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Returns the token after the next one. */
  final Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** Goes back by one token. */
  final void back() {
    at--;
  }

  final Token peek() {
    return tokens.get(at);
  }

  final Token next() {
    Token token = tokens.get(at);
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  final boolean skip(Kind kind, String text) {
    boolean there = peek().is(kind, text);
    at += there ? 1 : 0;
    return there;
  }

  final boolean skip(String operator) {
    return skip(Kind.OPERATOR, operator);
  }

  final void expect(Kind kind, String text) {
    if (!skip(kind, text)) {
      throw unexpected(text);
    }
  }

  final String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected("a name");
    }
    return next().text();
  }

  final TemplateFailure unexpected(String wanted) {
    return new TemplateFailure("\"" + peek().text() + "\" stands where " + wanted + " must")
        .at(peek().line());
  }

  final void enter() {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("it is nested too deeply").at(peek().line());
    }
  }

  final void leave() {
    depth--;
  }
}
