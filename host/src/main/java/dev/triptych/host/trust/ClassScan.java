package dev.triptych.host.trust;

import dev.triptych.host.trust.ClassFile.Member;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the classes of a plugin refer to, with one example of each. */
final class ClassScan {
  private final Map<Capability, String> found = new EnumMap<>(Capability.class);
  private final Map<String, String> hidden = new LinkedHashMap<>();

  /** Looks at one more class. */
  void add(ClassFile one) {
    String name = dotted(one.name());
    for (String type : one.types()) {
      Reach.of(type).ifPresent(what -> found.putIfAbsent(what, refers(name, dotted(type))));
    }
    for (Member member : one.members()) {
      String call = dotted(member.owner()) + "." + member.name();
      Reach.of(member).ifPresent(what -> found.putIfAbsent(what, refers(name, call)));
      if (Reach.hides(member)) {
        hidden.putIfAbsent("reflection", refers(name, call));
      }
      if (Reach.loadsNativeCode(member)) {
        hidden.putIfAbsent("native", refers(name, call));
      }
      if (Reach.changesPlugins(member)) {
        hidden.putIfAbsent("plugins", refers(name, call));
      }
    }
    if (one.nativeMethods()) {
      hidden.putIfAbsent("native", name + " has native methods");
    }
  }

  /** Returns what was found, each with the first class that refers to it. */
  Map<Capability, String> found() {
    return found;
  }

  /** Returns sentences on what a look at names cannot see. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    hidden.forEach(
        (kind, example) ->
            remarks.add(
                switch (kind) {
                  case "reflection" ->
                      "it may reach more than can be seen by reflection: " + example;
                  case "native" -> "it may reach more than can be seen by native code: " + example;
                  default -> "it may change other plugins: " + example;
                }));
    return remarks;
  }

  private static String refers(String name, String what) {
    return name + " refers to " + what;
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }
}
