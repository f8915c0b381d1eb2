package dev.triptych.models.hub;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a model could not be had from the hub, and what to do, in one sentence. */
public final class HubException extends IOException {
  private static final long serialVersionUID = 1;

  /** What can be wrong; the sentence's places are the exception's details, in this order. */
  public enum Problem {
    /** Name. */
    OFFLINE(
        "%s is not in the cache, and HF_HUB_OFFLINE forbids to pull it: unset it, or copy the model"
            + " into the cache"),
    /** Host, reason. */
    UNREACHABLE(
        "%s cannot be reached (%s): check the network, or set HF_ENDPOINT to a hub that can; what"
            + " was downloaded is kept"),
    /** Name. */
    UNAUTHORIZED(
        "the hub shows %s to nobody unknown: check the name; if the model is private or gated, set"
            + " HF_TOKEN to a token that may read it"),
    /** Name, address of the model's page. */
    FORBIDDEN(
        "%s is gated: accept its terms at %s, and set HF_TOKEN to a token of the same account"),
    /** Name, hub. */
    UNKNOWN_REPO("%s is unknown at %s: check the name"),
    /** Revision, name. */
    UNKNOWN_REVISION("there is no revision %s of %s: give a branch, a tag or a commit that exists"),
    /** File, name. */
    UNKNOWN_FILE("the hub lists %s in %s and does not have it: pull again, or another revision"),
    /** Host, seconds. */
    THROTTLED(
        "%s asks to wait %s s before the next request: pull again later, or set HF_TOKEN, which"
            + " gives you a larger share; what was downloaded is kept"),
    /** Host, status. */
    SERVER("%s answered %s again and again: pull again later; what was downloaded is kept"),
    /** File, host, seconds. */
    STALLED(
        "%s: %s sent nothing for %s s, again and again: pull again later; what was downloaded is"
            + " kept"),
    /** File, host. */
    CUT("%s: %s cut the connection again and again: pull again; what was downloaded is kept"),
    /** File, bytes sent, bytes announced. */
    SIZE("%s: the server sends %s bytes where the hub says %s: refused; pull again later"),
    /** File. */
    CHECKSUM("the bytes of %s are not those that the hub names: refused; pull again later"),
    /** File, host. */
    NO_CHECKSUM("%s gives no checksum of %s: set HF_ENDPOINT to a Hugging Face hub"),
    /** Name, what is wrong. */
    LISTING("the hub's list of files of %s cannot be trusted: %s; nothing was downloaded"),
    /** File, address. */
    REDIRECT("%s: the server leads astray, to %s: refused"),
    /** Needed MiB, free MiB, folder. */
    SPACE("%s MiB are needed and %s are free at %s: clear some room, or set HF_HOME elsewhere"),
    /** Name, a file. */
    PICKLE_ONLY(
        "%s has its weights only as %s, which can hold any program and is never run: use a revision"
            + " or a model with safetensors, or convert it with save_pretrained of transformers"),
    /** Name, globs, some files. */
    NOTHING_INCLUDED("no file of %s matches %s: it has %s"),
    /** Name. */
    NOT_CACHED("%s is not in the cache: pull it first (triptych models pull %1$s)");

    private final String sentence;

    Problem(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Problem problem;
  private final List<String> details;

  HubException(Problem problem, Object... details) {
    super(String.format(Locale.ROOT, problem.sentence, details));
    this.problem = problem;
    this.details = Arrays.stream(details).map(String::valueOf).toList();
  }

  /** Returns what to say of a model that is in no cache. */
  public static HubException notCached(String name) {
    return new HubException(Problem.NOT_CACHED, name);
  }

  /** Returns what is wrong. */
  public Problem problem() {
    return problem;
  }

  /** Returns what stands in the sentence's places. */
  public List<String> details() {
    return details;
  }
}
