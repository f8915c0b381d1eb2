package dev.triptych.host.cli;

import dev.triptych.host.jobs.NearestNames;
import dev.triptych.models.hub.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One sentence for what went wrong. */
final class Failures {
  private Failures() {}

  /** Returns a sentence in one line, in the user's language where there is one. */
  static String sentence(Throwable failure, Messages messages) {
    return failure instanceof HubException hub && messages.locale().getLanguage().equals("zh")
        ? messages.text("hub." + hub.problem(), hub.details().toArray())
        : sentence(failure);
  }

  /** Returns a sentence in one line. */
  static String sentence(Throwable failure) {
    if (failure instanceof UncheckedIOException && failure.getCause() != null) {
      return sentence(failure.getCause());
    }
    String message = failure.getMessage();
    if (failure instanceof AccessDeniedException) {
      message = message + " cannot be read or written: no permission";
    } else if (failure instanceof NoSuchFileException missing) {
      message = "there is no file " + missing.getFile();
    } else if (failure instanceof FileSystemException file && file.getReason() != null) {
      message = file.getFile() + ": " + file.getReason();
    } else if (message == null || message.isBlank()) {
      message = failure.getClass().getSimpleName();
    } else if (!(failure instanceof IllegalArgumentException
        || failure instanceof IOException
        || failure instanceof ParameterException)) {
      message = failure.getClass().getSimpleName() + ": " + message;
    }
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Returns a sentence on a command line that cannot be understood. */
  static String usage(ParameterException e, Messages messages) {
    if (e instanceof MissingParameterException missing) {
      List<String> names =
          missing.getMissing().stream()
              .map(one -> one.isOption() ? "--" + one.paramLabel() : one.paramLabel())
              .toList();
      return messages.text("usage.missing", String.join(", ", names));
    }
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String typed = unmatched.getUnmatched().get(0);
      var spec = e.getCommandLine().getCommandSpec();
      List<String> known =
          typed.startsWith("-")
              ? List.copyOf(spec.optionsMap().keySet())
              : List.copyOf(spec.subcommands().keySet());
      String sentence = messages.text("usage.unmatched", NearestNames.shown(typed));
      return known.isEmpty()
          ? sentence
          : sentence
              + messages.text("usage.nearest", String.join(", ", NearestNames.of(typed, known)));
    }
    return sentence(e);
  }
}
