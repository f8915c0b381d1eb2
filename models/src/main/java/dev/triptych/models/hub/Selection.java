package dev.triptych.models.hub;

import dev.triptych.models.hub.HubException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a model are pulled: those that globs name, or those that Triptych may read.
 *
 * @param wanted names
 * @param skipped names of what Triptych never reads: pickle, other frameworks' weights, second
 *     copies of the same weights, pictures of the model's page
 */
record Selection(List<String> wanted, List<String> skipped) {
  private static final Pattern PICKLE =
      Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl|pickle|joblib|npy|npz)");
  private static final Pattern FOREIGN =
      Pattern.compile(
          ".*\\.(h5|msgpack|onnx|onnx_data|ot|tflite|mlmodel|gguf|ggml|zip|tar|gz|7z|engine)"
              + "|.*\\.mlpackage/.*|(.*/)?openvino_.*");
  private static final Pattern PAGE =
      Pattern.compile("(.*/)?\\.git(attributes|ignore)|.*\\.(png|jpe?g|gif|webp|svg|mp4|webm|pdf)");
  private static final Pattern VARIANT =
      Pattern.compile("(.*)\\.(fp16|bf16|fp32|non_ema|ema_only)(-\\d+-of-\\d+)?\\.safetensors");
  private static final String WEIGHTS = ".safetensors";

  /**
   * Chooses.
   *
   * @param globs as in Python's {@code fnmatch}: {@code *} also matches slashes; none for the
   *     standard choice
   * @throws HubException if nothing is left, saying why
   */
  static Selection of(String repo, List<String> names, List<String> globs) throws HubException {
    return globs.isEmpty() ? standard(repo, names) : included(repo, names, globs);
  }

  private static Selection standard(String repo, List<String> names) throws HubException {
    List<String> wanted = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Set<String> all = Set.copyOf(names);
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean read =
          !PICKLE.matcher(lower).matches()
              && !FOREIGN.matcher(lower).matches()
              && !PAGE.matcher(lower).matches()
              && !secondCopy(name, all);
      (read ? wanted : skipped).add(name);
    }
    if (names.stream().noneMatch(name -> name.endsWith(WEIGHTS))) {
      for (String name : names) {
        if (PICKLE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
          throw new HubException(Problem.PICKLE_ONLY, repo, name);
        }
      }
    }
    if (wanted.isEmpty()) {
      throw nothing(repo, names, List.of("*" + WEIGHTS));
    }
    return new Selection(List.copyOf(wanted), List.copyOf(skipped));
  }

  /** Says whether other files of the model hold the same weights, in the form that is read. */
  private static boolean secondCopy(String name, Set<String> all) {
    if (!name.endsWith(WEIGHTS)) {
      return false;
    }
    if (all.contains("model_index.json") && name.indexOf('/') < 0) {
      return true; // a picture model's single file beside its folders
    }
    boolean whole =
        all.contains("model.safetensors") || all.contains("model.safetensors.index.json");
    if (name.startsWith("consolidated") && whole) {
      return true; // the maker's own layout beside that of transformers
    }
    var variant = VARIANT.matcher(name);
    return variant.matches()
        && (all.contains(variant.group(1) + WEIGHTS)
            || all.contains(variant.group(1) + WEIGHTS + ".index.json"));
  }

  private static Selection included(String repo, List<String> names, List<String> globs)
      throws HubException {
    List<Pattern> patterns = globs.stream().map(Selection::pattern).toList();
    List<String> wanted =
        names.stream()
            .filter(name -> patterns.stream().anyMatch(one -> one.matcher(name).matches()))
            .toList();
    if (wanted.isEmpty()) {
      throw nothing(repo, names, globs);
    }
    return new Selection(wanted, List.of());
  }

  private static HubException nothing(String repo, List<String> names, List<String> globs) {
    String some = names.stream().limit(8).collect(Collectors.joining(", "));
    return new HubException(
        Problem.NOTHING_INCLUDED, repo, String.join(", ", globs), names.isEmpty() ? "-" : some);
  }

  /** Turns a glob of {@code fnmatch} into a regular expression. */
  static Pattern pattern(String typed) {
    String glob = typed.endsWith("/") ? typed + "*" : typed;
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        String inside = glob.substring(i + 1, end).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
        regex.append('[').append(inside.startsWith("!") ? "^" + inside.substring(1) : inside);
        regex.append(']');
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (java.util.regex.PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--include \"" + typed + "\" is no glob: write such as *.safetensors", e);
    }
  }
}
