package dev.triptych.models.generation.form;

import java.util.List;

/** A regular expression, or the right side of a grammar's rule. */
sealed interface Expression {

  /** One character of a set. */
  record One(Characters characters) implements Expression {}

  /** All parts, in order; none is the empty text. */
  record Sequence(List<Expression> parts) implements Expression {}

  /** One of the parts. */
  record Choice(List<Expression> parts) implements Expression {}

  /** A part several times; {@code most} below 0 has no bound. */
  record Repeat(Expression part, int least, int most) implements Expression {}

  /** What a rule of the grammar says. */
  record Rule(String name) implements Expression {}

  /** Returns a text, character by character. */
  static Expression text(String text) {
    return new Sequence(
        text.codePoints().mapToObj(c -> (Expression) new One(Characters.of(c, c))).toList());
  }
}
