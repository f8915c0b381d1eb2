package dev.triptych.models.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of token ids as they come, special tokens left out, never half a character.
 *
 * <p>All texts that {@link #append} and {@link #finish} return, put together, are {@link
 * Tokenizer#decode} of all ids. Text that a later token may still change is kept back: bytes of an
 * unfinished character, a run of SentencePiece's byte tokens (tokenizers decides about the run as a
 * whole), and everything if the decoder cannot run token by token. Belongs to one thread.
 */
public final class DecodeStream {
  private final Tokenizer tokenizer;
  private final TokenDecoder.Run run;
  private final List<Integer> kept = new ArrayList<>();
  private int skipped;

  DecodeStream(Tokenizer tokenizer, TokenDecoder decoder, int... before) {
    this.tokenizer = tokenizer;
    run = decoder.runsTokenByToken() ? decoder.start() : null;
    append(before);
    if (run == null) {
      skipped = tokenizer.decode(before).length();
    } else {
      run.end(); // a character cut between the two is none
    }
  }

  /** Takes ids; returns the text that is now certain, often that of the last id, or nothing. */
  public String append(int... ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      if (run == null) {
        kept.add(id);
      } else if (tokenizer.isText(id)) {
        text.append(run.accept(tokenizer.token(id)));
      }
    }
    return text.toString();
  }

  /** Returns the text that was kept back; call it once, after the last id. */
  public String finish() {
    if (run != null) {
      return run.end();
    }
    String text = tokenizer.decode(kept.stream().mapToInt(Integer::intValue).toArray());
    return text.substring(Math.min(skipped, text.length()));
  }
}
