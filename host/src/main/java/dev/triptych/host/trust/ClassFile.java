package dev.triptych.host.trust;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a class refers to: all that its constant pool names, so nothing that its byte code can reach
 * directly is missing (JVMS 4.4).
 *
 * @param name with slashes
 * @param major version of the format: 61 is Java 17
 * @param types that it names, with slashes, its own among them
 * @param members that it names: methods and fields
 * @param nativeMethods whether it has native methods
 */
record ClassFile(
    String name, int major, Set<String> types, Set<Member> members, boolean nativeMethods) {
  private static final int MAGIC = 0xcafebabe;
  private static final int NATIVE = 0x0100;
  private static final Pattern TYPE = Pattern.compile("L([^;<:()]+);");

  /**
   * A method or field that is named.
   *
   * @param owner the class in which it is looked for, with slashes
   * @param descriptor of its types
   */
  record Member(String owner, String name, String descriptor) {}

  /**
   * Reads a class file.
   *
   * @throws IOException if it is none, or is cut off
   */
  static ClassFile read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    in.readUnsignedShort(); // minor version
    int major = in.readUnsignedShort();
    Pool pool = Pool.read(in);
    in.readUnsignedShort(); // access
    String name = pool.text(pool.first(in.readUnsignedShort()));
    in.readUnsignedShort(); // superclass, in the pool
    in.skipNBytes(2L * in.readUnsignedShort()); // interfaces, in the pool
    Set<String> types = pool.types();
    boolean fields = members(in, pool, types);
    boolean methods = members(in, pool, types);
    return new ClassFile(name, major, types, pool.members(), fields | methods);
  }

  /** Reads fields or methods, adds the types of their descriptors, tells whether one is native. */
  private static boolean members(DataInputStream in, Pool pool, Set<String> types)
      throws IOException {
    boolean natives = false;
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      natives |= (in.readUnsignedShort() & NATIVE) != 0;
      in.readUnsignedShort(); // name
      addTypes(pool.text(in.readUnsignedShort()), types);
      int attributes = in.readUnsignedShort();
      for (int k = 0; k < attributes; k++) {
        in.readUnsignedShort();
        in.skipNBytes(in.readInt() & 0xffffffffL);
      }
    }
    return natives;
  }

  private static void addTypes(String descriptor, Set<String> types) {
    Matcher type = TYPE.matcher(descriptor);
    while (type.find()) {
      types.add(type.group(1));
    }
  }

  /** The constant pool; each constant is a text, or up to two numbers of other constants. */
  private record Pool(int[] tags, int[] firsts, int[] seconds, String[] texts) {
    static Pool read(DataInputStream in) throws IOException {
      int count = in.readUnsignedShort();
      Pool pool = new Pool(new int[count], new int[count], new int[count], new String[count]);
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        pool.tags[i] = tag;
        switch (tag) {
          case 1 -> pool.texts[i] = in.readUTF();
          case 3, 4 -> in.skipNBytes(4); // int, float
          case 5, 6 -> { // long, double
            in.skipNBytes(8);
            i++;
          }
          case 7, 8, 16, 19, 20 -> pool.firsts[i] = in.readUnsignedShort();
          case 9, 10, 11, 12, 17, 18 -> { // members, names with types, dynamic constants and calls
            pool.firsts[i] = in.readUnsignedShort();
            pool.seconds[i] = in.readUnsignedShort();
          }
          case 15 -> in.skipNBytes(3); // a handle of a member that stands for itself
          default -> throw new IOException("an unknown constant");
        }
      }
      return pool;
    }

    int first(int index) throws IOException {
      return firsts[checked(index)];
    }

    String text(int index) throws IOException {
      String text = texts[checked(index)];
      if (text == null) {
        throw new IOException("a constant is no text");
      }
      return text;
    }

    private int checked(int index) throws IOException {
      if (index <= 0 || index >= tags.length) {
        throw new IOException("there is no constant " + index);
      }
      return index;
    }

    Set<String> types() throws IOException {
      Set<String> types = new LinkedHashSet<>();
      for (int i = 1; i < tags.length; i++) {
        if (tags[i] == 7) {
          String name = text(firsts[i]);
          if (name.startsWith("[")) {
            addTypes(name, types);
          } else {
            types.add(name);
          }
        } else if (tags[i] == 12) {
          addTypes(text(seconds[i]), types);
        } else if (tags[i] == 16) {
          addTypes(text(firsts[i]), types);
        }
      }
      return types;
    }

    Set<Member> members() throws IOException {
      Set<Member> members = new LinkedHashSet<>();
      for (int i = 1; i < tags.length; i++) {
        if (tags[i] >= 9 && tags[i] <= 11) {
          int named = checked(seconds[i]);
          members.add(
              new Member(text(first(firsts[i])), text(firsts[named]), text(seconds[named])));
        }
      }
      return members;
    }
  }
}
