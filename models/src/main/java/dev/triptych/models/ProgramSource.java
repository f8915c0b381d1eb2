package dev.triptych.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program's text, rewritten from Python under PyTorch into the dialect of a TorchScript archive.
 *
 * <p>The rules are listed at {@link Program}. Lines keep their numbers, so that a compile error
 * points into the file.
 */
final class ProgramSource {

  private static final Map<String, Integer> DTYPES =
      Map.ofEntries(
          Map.entry("uint8", 0),
          Map.entry("int8", 1),
          Map.entry("int16", 2),
          Map.entry("int32", 3),
          Map.entry("int64", 4),
          Map.entry("long", 4),
          Map.entry("float16", 5),
          Map.entry("half", 5),
          Map.entry("float32", 6),
          Map.entry("float", 6),
          Map.entry("float64", 7),
          Map.entry("double", 7),
          Map.entry("bool", 11),
          Map.entry("bfloat16", 15),
          Map.entry("channels_last", 2)); // a memory format, a number as well

  private static final Pattern DOCSTRING = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"");
  private static final Pattern COMMENT = Pattern.compile("(?m)^([^\"\\n]*?)\\s*#.*$");
  private static final Pattern DTYPE =
      Pattern.compile("\\btorch\\.(" + String.join("|", DTYPES.keySet()) + ")\\b(?!\\()");
  private static final Pattern CLASS = Pattern.compile("class (\\w+)(?:\\(([\\w.]*)\\))?:\\s*");
  private static final Pattern FUNCTION = Pattern.compile("def (\\w+)\\(.*");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.])(?<!class )(?<!def )[A-Za-z_]\\w*");
  private static final Pattern ATTRIBUTE = Pattern.compile("    (\\w+): *([\\w\\[\\], .]+?)\\s*");

  /** Added to the module: fills {@code self.weights} from one mapped file. */
  private static final String MAP_WEIGHTS =
      """
      def map_weights(self: __torch__.MODULE, path: str, size: int, device: str, names: List[str], dtypes: List[int], itemsizes: List[int], offsets: List[int], ranks: List[int], sizes: List[int]) -> int:
        weights = self.weights
        files : Dict[int, Tensor] = {}
        s = 0
        for i in range(len(names)):
          dtype = dtypes[i]
          itemsize = itemsizes[i]
          shape = annotate(List[int], [])
          strides = annotate(List[int], [])
          count = 1
          for j in range(ranks[i]):
            shape.append(sizes[s])
            s = s + 1
          for j in range(ranks[i]):
            strides.insert(0, count)
            count = count * shape[ranks[i] - 1 - j]
          if offsets[i] % itemsize == 0:
            if dtype not in files:
              files[dtype] = torch.from_file(path, False, size // itemsize, dtype=dtype)
            weight = torch.as_strided(files[dtype], shape, strides, offsets[i] // itemsize)
          else:
            if 0 not in files:
              files[0] = torch.from_file(path, False, size, dtype=0)
            bytes = torch.clone(torch.slice(files[0], 0, offsets[i], offsets[i] + count * itemsize, 1))
            weight = torch.reshape(torch.view_copy(bytes, dtype=dtype), shape)
          if device != "cpu":
            weight = weight.to(torch.device(device), dtype)
          weights[names[i]] = weight
        self.weights = weights
        return len(weights)
      """;

  private final String text;
  private final String module;
  private final Map<String, String> attributes;

  private ProgramSource(String text, String module, Map<String, String> attributes) {
    this.text = text;
    this.module = module;
    this.attributes = attributes;
  }

  /**
   * Rewrites the text of one or more files, the module's last.
   *
   * @throws IllegalArgumentException if no class extends {@code Module}
   */
  static ProgramSource rewrite(List<String> files) {
    List<String> names = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (String file : files) {
      joined.append(definitions(file, names));
    }
    String module = null;
    String owner = null;
    Map<String, String> attributes = new LinkedHashMap<>();
    StringBuilder out = new StringBuilder();
    String source = calls(joined.toString(), names);
    for (String line : source.split("\n", -1)) {
      Matcher header = CLASS.matcher(line);
      Matcher attribute = ATTRIBUTE.matcher(line);
      if (header.matches() && ("__torch__." + module).equals(header.group(2))) {
        if (!module.equals(owner)) {
          throw new IllegalArgumentException("what extends the module must follow it: " + line);
        }
      } else if (header.matches()) {
        owner = header.group(1);
        boolean isModule = header.group(2) != null && header.group(2).endsWith("Module");
        out.append("class ").append(owner).append(isModule ? "(Module):" : ":");
        if (isModule) {
          module = owner;
          attributes.clear();
          out.append("\n    __parameters__ = []\n    __buffers__ = []\n    training : bool");
        }
      } else if (!line.isBlank() && !line.startsWith(" ") && !line.startsWith(")")) {
        owner = null;
        out.append(line);
      } else if (attribute.matches() && owner != null) {
        if (owner.equals(module)) {
          attributes.put(attribute.group(1), attribute.group(2));
        }
        out.append(line);
      } else if (owner != null) {
        out.append(line.replaceFirst("^(    def \\w+\\()self\\b", "$1self: __torch__." + owner));
      } else {
        out.append(line);
      }
      out.append('\n');
    }
    if (module == null || !attributes.containsKey("weights")) {
      throw new IllegalArgumentException(
          "a program needs a class that extends Module and declares weights: Dict[str, Tensor]");
    }
    String text = withMapWeights(out.toString(), module);
    return new ProgramSource(text, module, attributes);
  }

  /** Keeps classes and functions, blanks what else stands at the outermost level. */
  private static String definitions(String file, List<String> names) {
    String code = DOCSTRING.matcher(file).replaceAll(ProgramSource::newlines);
    code = COMMENT.matcher(code).replaceAll("$1");
    StringBuilder kept = new StringBuilder();
    boolean inside = false;
    for (String line : code.split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith(" ") && !line.startsWith(")")) {
        Matcher header = CLASS.matcher(line);
        Matcher function = FUNCTION.matcher(line);
        inside = header.matches() || function.matches();
        if (inside) {
          names.add(header.matches() ? header.group(1) : function.group(1));
        }
      }
      kept.append(inside && !line.strip().startsWith("@") ? line : "").append('\n');
    }
    return kept.toString();
  }

  private static String newlines(java.util.regex.MatchResult docstring) {
    return "\n".repeat((int) docstring.group().chars().filter(c -> c == '\n').count());
  }

  /** Rewrites names: types of numbers, functional, math, autograd, and the file's own. */
  private static String calls(String code, List<String> names) {
    String text = DTYPE.matcher(code).replaceAll(m -> DTYPES.get(m.group(1)).toString());
    text = text.replaceAll("\\btorch\\.jit\\.annotate\\(", "annotate(");
    text = text.replaceAll("\\btorch\\.autograd\\.grad\\(", "torch.grad(");
    text = text.replaceAll("\\btorch\\.ops\\.aten\\.", "torch.");
    text = text.replaceAll("\\btorch\\.ops\\.mkldnn\\.", "ops.mkldnn.");
    text = text.replaceAll("(?<![\\w.])(?:F|math)\\.", "torch.");
    Set<String> own = Set.copyOf(names);
    return NAME.matcher(text)
        .replaceAll(name -> own.contains(name.group()) ? "__torch__." + name.group() : "$0");
  }

  private static String withMapWeights(String text, String module) {
    int start = text.indexOf("class " + module + "(Module):");
    int body = text.indexOf("training : bool", start) + "training : bool".length();
    // Attributes come first in a class: the method goes before the module's first one.
    int first = text.indexOf("\n    def ", body) + 1;
    String method = MAP_WEIGHTS.replace("MODULE", module).indent(4);
    return text.substring(0, first) + method + text.substring(first);
  }

  /** Returns the archive's text. */
  String text() {
    return text;
  }

  /** Returns the name of the module's class. */
  String module() {
    return module;
  }

  /** Returns the module's attributes and their types, in order. */
  Map<String, String> attributes() {
    return attributes;
  }
}
