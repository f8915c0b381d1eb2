package dev.triptych.host.bundles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExitWeavingTest {
  /** Ways to end the program that the compiler writes differently. */
  enum Way {
    CALL,
    RUNTIME_EXIT,
    HALT,
    REFERENCE,
    BOUND_REFERENCE,
    LAMBDA,
    BRANCH
  }

  /** Ends the program; loaded only as it is woven. */
  public static final class Ending implements Consumer<String> {
    @Override
    public void accept(String way) {
      Runtime runtime = Runtime.getRuntime();
      IntConsumer end =
          switch (way) {
            case "CALL" -> {
              System.exit(1);
              yield code -> {};
            }
            case "RUNTIME_EXIT" -> {
              runtime.exit(1);
              yield code -> {};
            }
            case "HALT" -> {
              runtime.halt(1);
              yield code -> {};
            }
            case "REFERENCE" -> System::exit;
            case "BOUND_REFERENCE" -> runtime::halt;
            case "LAMBDA" -> code -> System.exit(code);
            default -> {
              long wide = System.nanoTime();
              for (int i = 0; i < 2; i++) {
                if (wide > Long.MIN_VALUE && i == 1) {
                  Runtime.getRuntime().exit((int) wide);
                }
              }
              yield code -> {};
            }
          };
      end.accept(1);
    }
  }

  /** Has a method of a like name of its own. */
  public interface Innocent {
    int exit(int code);

    static int halt(Innocent one) {
      return one.exit(3);
    }
  }

  /** Ends the program from an interface. */
  public interface Ends {
    static void now() {
      System.exit(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWayToEndTheProgramThrowsInstead(Way way) throws Exception {
    @SuppressWarnings("unchecked")
    Consumer<String> ending =
        (Consumer<String>) load(Ending.class).getDeclaredConstructor().newInstance();
    SecurityException thrown =
        assertThrows(SecurityException.class, () -> ending.accept(way.name()));
    String call =
        switch (way) {
          case CALL, REFERENCE, LAMBDA -> "System.exit";
          case RUNTIME_EXIT, BRANCH -> "Runtime.exit";
          case HALT, BOUND_REFERENCE -> "Runtime.halt";
        };
    assertEquals(
        "it called " + call + " in " + Ending.class.getName() + ", which would end the program",
        thrown.getMessage());
  }

  @Test
  void anInterfaceThrowsToo() throws Exception {
    var now = load(Ends.class).getMethod("now");
    var thrown =
        assertThrows(java.lang.reflect.InvocationTargetException.class, () -> now.invoke(null));
    assertSame(SecurityException.class, thrown.getCause().getClass());
  }

  @Test
  void aClassThatEndsNothingStaysAsItIs() throws Exception {
    byte[] bytes = bytes(Innocent.class);
    assertSame(bytes, ExitWeaving.woven(bytes));
  }

  private static Class<?> load(Class<?> type) throws IOException {
    byte[] woven = ExitWeaving.woven(bytes(type));
    return new ClassLoader(type.getClassLoader()) {
      Class<?> define() {
        return defineClass(type.getName(), woven, 0, woven.length);
      }
    }.define();
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    String name = type.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return in.readAllBytes();
    }
  }
}
