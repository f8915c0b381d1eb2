package dev.triptych.host.bundles;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.osgi.framework.hooks.weaving.WeavingException;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;

/**
 * Keeps plugins from ending the program: where a class of a bundle calls {@code System.exit},
 * {@code Runtime.exit} or {@code Runtime.halt}, or refers to one of them as {@code System::exit},
 * it throws a {@link SecurityException} that says so. [any thread]
 *
 * <p>The call becomes a call of a method that is added to the class itself and takes what stood on
 * the stack, so stack maps stay valid and the bundle needs no import. Calls by reflection are not
 * found.
 */
final class ExitWeaving implements WeavingHook {
  private static final String SYSTEM = "java/lang/System";
  private static final String RUNTIME = "java/lang/Runtime";
  private static final List<byte[]> WORDS =
      List.of("exit".getBytes(US_ASCII), "halt".getBytes(US_ASCII));

  /** A call that ends the program, and the method that stands in for it. */
  private enum Ending {
    SYSTEM_EXIT(SYSTEM, "exit", "(I)V"),
    RUNTIME_EXIT(RUNTIME, "exit", "(Ljava/lang/Runtime;I)V"),
    RUNTIME_HALT(RUNTIME, "halt", "(Ljava/lang/Runtime;I)V");

    private final String owner;
    private final String name;
    private final String taken; // what stands on the stack

    Ending(String owner, String name, String taken) {
      this.owner = owner;
      this.name = name;
      this.taken = taken;
    }

    static Optional<Ending> of(String owner, String name, String descriptor) {
      return descriptor.equals("(I)V")
          ? Arrays.stream(values())
              .filter(one -> one.owner.equals(owner) && one.name.equals(name))
              .findFirst()
          : Optional.empty();
    }

    String substitute() {
      return "triptych$" + name().toLowerCase(Locale.ROOT);
    }

    String said() {
      return owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
    }
  }

  @Override
  public void weave(WovenClass woven) {
    try {
      byte[] bytes = woven.getBytes();
      if (mentionsAnEnd(bytes)) {
        woven.setBytes(woven(bytes));
      }
    } catch (Throwable e) { // of any other exception Felix would never call this hook again
      throw new WeavingException(
          "the class " + woven.getClassName() + " cannot be checked: " + Sentences.of(e), e);
    }
  }

  /** Few classes have such a word among their names, so few are read further. */
  private static boolean mentionsAnEnd(byte[] bytes) {
    for (int i = 0; i + 4 <= bytes.length; i++) {
      for (byte[] word : WORDS) {
        if (Arrays.equals(bytes, i, i + 4, word, 0, 4)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns a class whose calls that would end the program throw instead.
   *
   * @throws IllegalArgumentException if it is of a format that ASM does not know, or an interface
   *     from before Java 8 that makes such a call, for it can have no static method
   */
  static byte[] woven(byte[] original) {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Substitution substitution = new Substitution(writer);
    reader.accept(substitution, 0);
    return substitution.found() ? writer.toByteArray() : original;
  }

  private static final class Substitution extends ClassVisitor {
    private final Set<Ending> found = EnumSet.noneOf(Ending.class);
    private String self;
    private boolean isInterface;
    private int version;

    Substitution(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    boolean found() {
      return !found.isEmpty();
    }

    @Override
    public void visit(
        int format, int access, String name, String signature, String parent, String[] interfaces) {
      self = name;
      isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
      version = format & 0xffff;
      super.visit(format, access, name, signature, parent, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new Calls(super.visitMethod(access, name, descriptor, signature, exceptions));
    }

    @Override
    public void visitEnd() {
      found.forEach(this::add);
      super.visitEnd();
    }

    private void add(Ending ending) {
      if (isInterface && version < Opcodes.V1_8) {
        throw new IllegalArgumentException("an interface of an old format calls " + ending.said());
      }
      MethodVisitor method =
          super.visitMethod(
              Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
              ending.substitute(),
              ending.taken,
              null,
              null);
      method.visitCode();
      method.visitTypeInsn(Opcodes.NEW, "java/lang/SecurityException");
      method.visitInsn(Opcodes.DUP);
      method.visitLdcInsn(
          "it called "
              + ending.said()
              + " in "
              + self.replace('/', '.')
              + ", which would end the program");
      method.visitMethodInsn(
          Opcodes.INVOKESPECIAL,
          "java/lang/SecurityException",
          "<init>",
          "(Ljava/lang/String;)V",
          false);
      method.visitInsn(Opcodes.ATHROW);
      method.visitMaxs(0, 0);
      method.visitEnd();
    }

    private Object replaced(Object constant) {
      if (constant instanceof Handle handle) {
        Optional<Ending> ending = Ending.of(handle.getOwner(), handle.getName(), handle.getDesc());
        ending.ifPresent(found::add);
        return ending.isEmpty()
            ? handle
            : new Handle(
                Opcodes.H_INVOKESTATIC,
                self,
                ending.get().substitute(),
                ending.get().taken,
                isInterface);
      }
      if (constant instanceof ConstantDynamic dynamic) {
        Object[] arguments = new Object[dynamic.getBootstrapMethodArgumentCount()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = replaced(dynamic.getBootstrapMethodArgument(i));
        }
        return new ConstantDynamic(
            dynamic.getName(), dynamic.getDescriptor(), dynamic.getBootstrapMethod(), arguments);
      }
      return constant;
    }

    private final class Calls extends MethodVisitor {
      Calls(MethodVisitor next) {
        super(Opcodes.ASM9, next);
      }

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean ofInterface) {
        Optional<Ending> ending = Ending.of(owner, name, descriptor);
        if (ending.isEmpty()) {
          super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
        } else {
          found.add(ending.get());
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC,
              self,
              ending.get().substitute(),
              ending.get().taken,
              isInterface);
        }
      }

      @Override
      public void visitInvokeDynamicInsn(
          String name, String descriptor, Handle bootstrap, Object... arguments) {
        Object[] others = Arrays.stream(arguments).map(Substitution.this::replaced).toArray();
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, others);
      }

      @Override
      public void visitLdcInsn(Object value) {
        super.visitLdcInsn(value instanceof Type ? value : replaced(value));
      }
    }
  }
}
