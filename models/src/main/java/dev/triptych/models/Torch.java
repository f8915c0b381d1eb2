package dev.triptych.models;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.triptych.api.Placement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PyTorch engine of this process, started once.
 *
 * <p>The native libraries belong to the class loader that started them, so start before any bundle
 * does. Where they are unpacked and whether the network may be asked is the launcher's business:
 * the environment variables {@code DJL_CACHE_DIR}, {@code DJL_OFFLINE} and {@code RUST_FLAVOR}. The
 * system property {@code triptych.threads} sets the threads inside one operator, at first all
 * cores.
 */
public final class Torch {

  /** System property: threads inside one operator. */
  public static final String THREADS = "triptych.threads";

  /** PyTorch's number (c10::ScalarType) of float32, as programs take it. */
  public static final int FLOAT32 = 6;

  /** PyTorch's number of float16. */
  public static final int FLOAT16 = 5;

  /** PyTorch's number of bfloat16. */
  public static final int BFLOAT16 = 15;

  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,3})");

  /** Programs that are loaded and not closed, for leak tests. */
  static final AtomicInteger OPEN_PROGRAMS = new AtomicInteger();

  /** Tensors that are held and not closed, for leak tests. */
  static final AtomicInteger OPEN_TENSORS = new AtomicInteger();

  private Torch() {}

  /** The engine and its root manager, made by the first use. */
  private static final class Started {
    static final Engine ENGINE;
    static final PtNDManager ROOT;

    static {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(Torch.class.getClassLoader());
      try {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threadsWanted()));
        if (System.getProperty("ai.djl.offline") == null) {
          System.setProperty("ai.djl.offline", "true");
        }
        ENGINE = Engine.getEngine("PyTorch");
        ROOT = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        JniUtils.setNumThreads(threadsWanted());
        LibUtils.checkStatus();
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  /**
   * Starts the engine and the tokenizers; a second call does nothing.
   *
   * @throws IllegalArgumentException if {@code triptych.threads} is no number from 1 to 1024
   */
  public static void start() {
    threadsWanted();
    root();
  }

  /** Returns libtorch's version, such as {@code 2.7.1}. */
  public static String libtorch() {
    return Started.ENGINE.getVersion();
  }

  /** Returns how many threads one operator may use. */
  public static int threads() {
    root();
    return JniUtils.getNumThreads();
  }

  /**
   * Seeds libtorch's own random numbers, which belong to the whole process: for training only, or
   * under one lock.
   */
  public static void seed(long seed) {
    root();
    JniUtils.setSeed(seed);
  }

  /** Returns how many CUDA devices the engine found. */
  public static int cudaDevices() {
    return Started.ENGINE.getGpuCount();
  }

  /**
   * Returns the widest vector instructions that decide how the CPU rounds: the name of the machine
   * and, on x86-64 Linux, the kinds among avx2, avx512f, avx512_bf16 and amx_bf16 that it has.
   *
   * <p>Works made on machines with the same answer have the same bytes.
   */
  public static String instructionSet() {
    return InstructionSet.NAME;
  }

  /**
   * Returns the type to compute in, as the argument {@code dtype: int} of a program: the one that
   * the placement names, and for {@code auto} bfloat16 where the device multiplies it fast (AVX-512
   * or CUDA), else float32.
   *
   * @throws IllegalArgumentException if the placement names another type
   */
  public static int scalarType(Placement placement) {
    return switch (placement.dtype()) {
      case "float32" -> FLOAT32;
      case "float16" -> FLOAT16;
      case "bfloat16" -> BFLOAT16;
      case "auto" ->
          placement.device().startsWith("cuda") || instructionSet().contains("avx512f")
              ? BFLOAT16
              : FLOAT32;
      default ->
          throw new IllegalArgumentException(
              "dtype \"" + placement.dtype() + "\" is none of float32, bfloat16, float16 and auto");
    };
  }

  /** Returns how many programs are loaded and not closed. */
  public static int openPrograms() {
    return OPEN_PROGRAMS.get();
  }

  /** Returns how many tensors are held from Java and not closed. */
  public static int openTensors() {
    return OPEN_TENSORS.get();
  }

  /**
   * Returns the device that a placement names.
   *
   * @throws IllegalArgumentException if it names no device of this machine
   */
  static Device device(Placement placement) {
    String name = placement.device().toLowerCase(Locale.ROOT);
    Matcher cuda = CUDA.matcher(name);
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    if (cuda.matches() && Integer.parseInt(cuda.group(1)) < cudaDevices()) {
      return Device.gpu(Integer.parseInt(cuda.group(1)));
    }
    throw new IllegalArgumentException(
        "device \"" + placement.device() + "\" is not on this machine; use cpu or cuda:N");
  }

  static PtNDManager root() {
    return Started.ROOT;
  }

  private static int threadsWanted() {
    String text = System.getProperty(THREADS);
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > 1024) {
      throw new IllegalArgumentException(
          THREADS + " is \"" + text + "\", but must be a number from 1 to 1024");
    }
    return Integer.parseInt(text);
  }
}
