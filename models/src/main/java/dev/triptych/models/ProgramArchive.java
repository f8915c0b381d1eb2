package dev.triptych.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive in memory: a program's text and a module whose attributes are empty.
 *
 * <p>Four stored entries, as {@code torch.jit.save} writes them; the module is a pickle of protocol
 * 2 (PyTorch, torch/csrc/jit/serialization/unpickler.cpp).
 */
final class ProgramArchive {

  private ProgramArchive() {}

  static byte[] of(ProgramSource source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      entry(zip, "program/data.pkl", module(source));
      entry(zip, "program/code/__torch__.py", source.text().getBytes(UTF_8));
      entry(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      entry(zip, "program/version", "10\n".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setTime(0);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }

  private static byte[] module(ProgramSource source) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80); // PROTO
    out.write(2);
    ascii(out, "c__torch__\n" + source.module() + "\n)"); // GLOBAL, EMPTY_TUPLE
    out.write(0x81); // NEWOBJ
    ascii(out, "}("); // EMPTY_DICT, MARK
    string(out, "training");
    out.write(0x89); // NEWFALSE
    for (Map.Entry<String, String> attribute : source.attributes().entrySet()) {
      string(out, attribute.getKey());
      empty(out, attribute.getValue());
    }
    ascii(out, "ub."); // SETITEMS, BUILD, STOP
    return out.toByteArray();
  }

  /** Writes the value that an attribute has before the program fills it. */
  private static void empty(ByteArrayOutputStream out, String type) {
    if (type.startsWith("List[") || type.startsWith("Dict[")) {
      ascii(out, "ctorch.jit._pickle\nrestore_type_tag\n(");
      ascii(out, type.startsWith("List[") ? "]" : "}");
      string(out, type);
      ascii(out, "tR"); // TUPLE, REDUCE
    } else if (type.startsWith("Optional[")) {
      ascii(out, "N");
    } else {
      switch (type) {
        case "bool" -> out.write(0x89);
        case "int" -> ascii(out, "K\0"); // BININT1
        case "float" -> ascii(out, "G\0\0\0\0\0\0\0\0"); // BINFLOAT
        case "str" -> string(out, "");
        case "Tensor" -> tensor(out);
        default ->
            throw new IllegalArgumentException(
                "a program's attribute of type \""
                    + type
                    + "\" has no empty value; use Optional[…], List[…] or Dict[…]");
      }
    }
  }

  /** Writes a float32 tensor without elements, whose storage needs no entry. */
  private static void tensor(ByteArrayOutputStream out) {
    ascii(out, "ctorch._utils\n_rebuild_tensor_v2\n((");
    string(out, "storage");
    ascii(out, "ctorch\nFloatStorage\n");
    string(out, "0");
    string(out, "cpu");
    ascii(out, "K\0tQ"); // no elements; TUPLE, BINPERSID
    ascii(out, "K\0(K\0t(K\1t"); // offset, shape, strides
    out.write(0x89); // requires no gradient
    ascii(out, "ccollections\nOrderedDict\n)RtR"); // no hooks
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.write('X'); // BINUNICODE
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(bytes.length >>> shift);
    }
    out.writeBytes(bytes);
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }
}
