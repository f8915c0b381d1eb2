package dev.triptych.models.generation.form;

import dev.triptych.models.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Forms for the texts that one vocabulary writes. Keep it for several requests: it sorts the
 * vocabulary once.
 *
 * <pre>{@code
 * TextForms forms = new TextForms(model.tokenizer());
 * generation.constraint(forms.regex("[0-9]{4}-[0-9]{2}-[0-9]{2}", config.eosTokenIds()));
 * }</pre>
 *
 * <p>A form allows a token if the text can still become one that matches as a whole; an end token,
 * if it already does. The text is that of the new tokens, decoded. Safe from many threads.
 */
public final class TextForms {

  private static final int MASKS = 512;

  private final Vocabulary vocabulary;
  private final boolean dropsSpace;

  /** Sorts the vocabulary of a tokenizer, for tokens that go on after a prompt. */
  public TextForms(Tokenizer tokenizer) {
    this(tokenizer, false);
  }

  /**
   * Sorts the vocabulary of a tokenizer.
   *
   * @param whole whether the new tokens are a text of their own, as after an encoder: then a first
   *     space that the tokenizer drops is no part of it
   */
  public TextForms(Tokenizer tokenizer, boolean whole) {
    vocabulary = new Vocabulary(tokenizer);
    dropsSpace = whole && vocabulary.dropsFirstSpace(tokenizer);
  }

  /**
   * Returns the form of the texts that a regular expression matches as a whole.
   *
   * @param pattern as Java and Python write it, without back references, look-around and flags
   * @param ends tokens that end a text
   * @throws IllegalArgumentException if it is wrong, saying where, or this vocabulary can write no
   *     such text
   */
  public Constraint regex(String pattern, int... ends) {
    return form(Map.of("root", RegexParser.parse(pattern)), ends);
  }

  /**
   * Returns the form of the texts that a grammar's {@code root} says.
   *
   * @param grammar in GBNF, llama.cpp's notation
   * @param ends tokens that end a text
   * @throws IllegalArgumentException if it is wrong, saying where, is left-recursive, or this
   *     vocabulary can write no such text
   */
  public Constraint grammar(String grammar, int... ends) {
    return form(GrammarParser.parse(grammar), ends);
  }

  private Constraint form(Map<String, Expression> rules, int[] ends) {
    Map<String, Expression> all = new HashMap<>(rules);
    Expression space = new Expression.Repeat(Expression.text(" "), 0, dropsSpace ? 1 : 0);
    all.put("", new Expression.Sequence(List.of(space, new Expression.Rule("root"))));
    Recogniser recogniser = new Recogniser(new Rules(all, "", vocabulary.spellable()));
    return new Form(vocabulary, recogniser, ends.clone());
  }

  /** A form; its lock guards the recogniser and the masks. */
  private static final class Form implements Constraint {
    private final Vocabulary vocabulary;
    private final Recogniser recogniser;
    private final int[] ends;
    private final Map<Recogniser.State, BitSet> masks =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Recogniser.State, BitSet> eldest) {
            return size() > MASKS;
          }
        };

    Form(Vocabulary vocabulary, Recogniser recogniser, int[] ends) {
      this.vocabulary = vocabulary;
      this.recogniser = recogniser;
      this.ends = ends;
    }

    @Override
    public synchronized State start() {
      return new Written(this, recogniser.start());
    }

    private synchronized BitSet allowed(Recogniser.State state) {
      BitSet known = masks.get(state);
      if (known == null) {
        known = vocabulary.allowed(recogniser, state);
        for (int end : ends) {
          known.set(end, state.isComplete());
        }
        masks.put(state, known);
      }
      return known;
    }

    private synchronized Recogniser.State after(Recogniser.State state, int id) {
      Recogniser.State next = state;
      for (byte each : vocabulary.bytes(id)) {
        next = recogniser.next(next, each);
      }
      return next;
    }
  }

  private record Written(Form form, Recogniser.State state) implements Constraint.State {
    @Override
    public void mask(float[] logits) {
      BitSet allowed = form.allowed(state);
      for (int i = 0; i < logits.length; i++) {
        if (!allowed.get(i)) {
          logits[i] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    @Override
    public Constraint.State after(int id) {
      return new Written(form, form.after(state, id));
    }

    @Override
    public boolean finished() {
      return state.isComplete() && state.isClosed();
    }
  }
}
