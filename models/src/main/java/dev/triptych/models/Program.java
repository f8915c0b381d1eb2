package dev.triptych.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.triptych.api.Placement;
import dev.triptych.models.safetensors.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A TorchScript source file, compiled and loaded with its weights: the text of a model's
 * arithmetic.
 *
 * <p>The file is Python that also runs under PyTorch: classes and functions, one of the classes
 * extending {@code Module}. It is rewritten into the dialect of a TorchScript archive, and loaded
 * from memory. The rewrite is small:
 *
 * <ul>
 *   <li>only classes and functions of the outermost level stay; imports, docstrings, decorators and
 *       comments go;
 *   <li>{@code torch.float32} and the like become PyTorch's numbers for them; {@code F.} and {@code
 *       math.} become {@code torch.}, and so does {@code torch.ops.aten.}, while {@code
 *       torch.ops.mkldnn.} becomes {@code ops.mkldnn.}; {@code torch.autograd.grad} becomes {@code
 *       torch.grad};
 *   <li>{@code self} gets its type, and the file's own names the prefix {@code __torch__.};
 *   <li>a class that extends the module, in the next file, is taken as more of the module;
 *   <li>the module gets a method that maps safetensors files into {@code self.weights}.
 * </ul>
 *
 * <p>What the file must do in return: the module has no {@code __init__}; it declares its
 * attributes as {@code name: Type} at the top, of types int, float, bool, str, Tensor, List, Dict
 * or Optional, which begin empty; one is {@code weights: Dict[str, Tensor]}. A method that Java
 * calls after loading ({@code load} by custom) picks the weights by name, say into one object of a
 * small class for each layer ({@code class LlamaLayer:} with attributes declared and an {@code
 * __init__}). Parameters and results of functions carry types; no f-strings, no fork, no {@code
 * view(dtype)}. After loading a program is pure in {@code self}: state such as a KV cache goes in
 * and out as tensors.
 *
 * <pre>{@code
 * try (Program program = Program.load(SentenceEncoder.class, List.of("bert.py"), Safetensors.folder(folder, "model"), placement)) {
 *   program.call("load", 12, 1e-5).close();
 *   try (Result logits = program.call("forward", ids)) {
 *     float[] numbers = logits.floats();
 *   }
 * }
 * }</pre>
 *
 * <p>Calls are safe from many threads at once. The graph optimiser is off on every thread that
 * calls, so that shapes that change cost nothing and bytes do not depend on warm-up.
 */
public final class Program implements AutoCloseable {

  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final String device;
  private long mappedBytes; // grows while the program is loaded
  private final AtomicBoolean closed = new AtomicBoolean();

  private Program(PtNDManager manager, PtSymbolBlock block, String device) {
    this.manager = manager;
    this.block = block;
    this.device = device;
    Torch.OPEN_PROGRAMS.incrementAndGet();
  }

  /**
   * Compiles a program and maps the weights; pages are read when they are used.
   *
   * @param owner class beside which the resources lie, and whose loader reads them
   * @param resources source files in order, the last one holding the module or what extends it
   * @param files checked safetensors files; they must not be rewritten while the program is open
   * @throws IOException if a resource is missing, or a file was cut since it was checked
   * @throws IllegalStateException if the source does not compile: the program's own mistake
   */
  public static Program load(
      Class<?> owner, List<String> resources, List<Safetensors> files, Placement placement)
      throws IOException {
    Program program = compile(owner, resources, placement);
    try {
      for (Safetensors file : files) {
        program.map(file, List.copyOf(file.entries().values()));
      }
      return program;
    } catch (RuntimeException | IOException e) {
      program.close();
      throw e;
    }
  }

  /**
   * Compiles a program that has no weights yet: {@link #map} gives it some, before it is shared.
   *
   * @param owner class beside which the resources lie, and whose loader reads them
   * @param resources source files in order, the last one holding the module or what extends it
   * @throws IOException if a resource is missing
   * @throws IllegalStateException if the source does not compile: the program's own mistake
   */
  public static Program compile(Class<?> owner, List<String> resources, Placement placement)
      throws IOException {
    Torch.start();
    List<String> texts = new ArrayList<>();
    for (String resource : resources) {
      try (InputStream in = owner.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IOException("program " + resource + " is missing beside " + owner.getName());
        }
        texts.add(new String(in.readAllBytes(), UTF_8));
      }
    }
    ProgramSource source = ProgramSource.rewrite(texts);
    PtNDManager manager = (PtNDManager) Torch.root().newSubManager(Torch.device(placement));
    Program program = null;
    try {
      JniUtils.setGraphExecutorOptimize(false);
      byte[] archive = ProgramArchive.of(source);
      PtSymbolBlock block =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      program = new Program(manager, block, placement.device());
      return program;
    } catch (EngineException e) {
      throw new IllegalStateException(
          "program " + resources + " does not compile: " + e.getMessage(), e);
    } finally {
      if (program == null) {
        manager.close();
      }
    }
  }

  /**
   * Maps weights of a file into {@code self.weights}, by a mapping of their own: it goes with the
   * last of them that the program lets go of. Pages are read when they are used.
   *
   * @param file checked; it must not be rewritten while the program is open
   * @param entries of the file
   * @throws IOException if the file was cut since it was checked, or there are no numbers to map
   */
  public void map(Safetensors file, List<Safetensors.Entry> entries) throws IOException {
    if (Files.size(file.file()) != file.size()) {
      throw new IOException(file.file() + " changed while it was being loaded; load it again");
    }
    List<Safetensors.Entry> filled = entries.stream().filter(entry -> entry.bytes() > 0).toList();
    if (filled.isEmpty()) {
      throw new IOException(file.file() + " holds no weights");
    }
    call(
            "map_weights",
            file.file().toAbsolutePath().toString(),
            file.size(),
            device,
            filled.stream().map(Safetensors.Entry::name).toList(),
            filled.stream().mapToLong(entry -> entry.dtype().scalarType()).toArray(),
            filled.stream().mapToLong(entry -> entry.dtype().bytes()).toArray(),
            filled.stream().mapToLong(Safetensors.Entry::offset).toArray(),
            filled.stream().mapToLong(entry -> entry.shape().length).toArray(),
            filled.stream().flatMapToLong(entry -> Arrays.stream(entry.shape())).toArray())
        .close();
    mappedBytes += filled.stream().mapToLong(Safetensors.Entry::bytes).sum();
  }

  /**
   * Calls a method without gradients.
   *
   * @param arguments each a {@link Tensor}, a list of tensors (not empty), a {@link String}, a list
   *     of strings, a whole number (int), a float or double (float), a boolean, a {@code long[]} or
   *     {@code int[]} (List[int]) or a {@code double[]} (List[float])
   * @return what the method returned; close it
   * @throws IllegalStateException if the program fails or is closed
   */
  public Result call(String method, Object... arguments) {
    requireOpen();
    JniUtils.setGraphExecutorOptimize(false);
    IValue[] values = new IValue[arguments.length];
    PtNDManager scope = (PtNDManager) manager.newSubManager();
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      return new Result(scope, IValueUtils.runMethod(block, method, values));
    } catch (EngineException e) {
      scope.close();
      throw new IllegalStateException(method + " failed: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /**
   * Calls a method under which gradients can be taken, as training does; the method turns them on
   * with {@code torch.set_grad_enabled(True)}.
   *
   * @param method takes tensors only and returns a tensor or a list of tensors; a number travels as
   *     a tensor of one element ({@code float(t)}, {@code int(t)})
   * @return the tensors returned; close each
   * @throws IllegalStateException if the program fails or is closed
   */
  public List<Tensor> train(String method, Tensor... arguments) {
    requireOpen();
    JniUtils.setGraphExecutorOptimize(false);
    try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
      NDList list = new NDList();
      for (Tensor argument : arguments) {
        PtNDArray array = argument.array();
        array.setName(null);
        list.add(array);
      }
      NDArray name = scope.create(0f);
      name.setName("module_method:" + method);
      list.add(name);
      List<Tensor> results = new ArrayList<>();
      for (NDArray array : IValueUtils.forward(block, list, true)) {
        results.add(new Tensor((PtNDArray) array));
      }
      return results;
    } catch (EngineException e) {
      throw new IllegalStateException(method + " failed: " + e.getMessage(), e);
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof Tensor tensor) {
      return IValue.from(tensor.array());
    } else if (argument instanceof String text) {
      return IValue.from(text);
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    } else if (argument instanceof Integer || argument instanceof Long) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Float || argument instanceof Double) {
      return IValue.from(((Number) argument).doubleValue());
    } else if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    } else if (argument instanceof int[] numbers) {
      return IValue.listFrom(Arrays.stream(numbers).asLongStream().toArray());
    } else if (argument instanceof double[] numbers) {
      return IValue.listFrom(numbers);
    } else if (argument instanceof List<?> list && !list.isEmpty()) {
      return list(list);
    }
    throw new IllegalArgumentException("a program takes no argument like " + argument);
  }

  private static IValue list(List<?> list) {
    if (list.get(0) instanceof Tensor) {
      return IValue.listFrom(
          list.stream().map(tensor -> ((Tensor) tensor).array()).toArray(PtNDArray[]::new));
    }
    IValue[] texts = new IValue[list.size()];
    try {
      for (int i = 0; i < texts.length; i++) {
        texts[i] = IValue.from((String) list.get(i));
      }
      return IValue.listFrom(texts);
    } finally {
      for (IValue text : texts) {
        if (text != null) {
          text.close();
        }
      }
    }
  }

  /** Returns the bytes of weights that were mapped from files. */
  public long mappedBytes() {
    return mappedBytes;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the program is closed");
    }
  }

  /** Frees the program and its weights; no call may be under way. A second close does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      block.close();
      manager.close();
      Torch.OPEN_PROGRAMS.decrementAndGet();
    }
  }

  /** What a method returned, until closed; tensors taken out of it live on. */
  public static final class Result implements AutoCloseable {
    private final PtNDManager scope;
    private final IValue value;

    private Result(PtNDManager scope, IValue value) {
      this.scope = scope;
      this.value = value;
    }

    /** Returns the numbers of the float32 tensor returned, in row-major order. */
    public float[] floats() {
      try (PtNDArray array = value.toTensor(scope)) {
        return array.toFloatArray();
      }
    }

    /** Returns the tensor returned; close it. */
    public Tensor tensor() {
      return new Tensor(value.toTensor(scope));
    }

    /** Returns the list of tensors, or the tuple of tensors, returned; close each. */
    public List<Tensor> tensors() {
      List<Tensor> tensors = new ArrayList<>();
      if (value.isTuple()) {
        for (IValue part : value.toIValueTuple()) {
          try (part) {
            tensors.add(new Tensor(part.toTensor(scope)));
          }
        }
      } else {
        for (PtNDArray array : value.toTensorArray(scope)) {
          tensors.add(new Tensor(array));
        }
      }
      return tensors;
    }

    /** Returns the whole number returned. */
    public long whole() {
      return value.toLong();
    }

    /** Returns the float returned. */
    public double real() {
      return value.toDouble();
    }

    @Override
    public void close() {
      value.close();
      scope.close();
    }
  }
}
