package dev.triptych.image;

import dev.triptych.api.Artifact;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a picture that the user gave: PNG, JPEG, WebP, TIFF or BMP.
 *
 * <p>It is turned upright as its EXIF orientation says, laid on white where it is transparent, and
 * brought from its color profile to sRGB. One that claims more than {@link #LARGEST} pixels is
 * refused by its header, before anything is decoded.
 */
final class PictureFile {
  /** Most pixels of a picture. */
  static final int LARGEST = 50_000_000;

  private static final int LONGEST_SIDE = 30_000;

  /** What the bytes must be, by media type, and what readers call it. */
  private static final Map<String, String> FORMATS =
      Map.of(
          "image/png", "png",
          "image/jpeg", "jpeg",
          "image/webp", "webp",
          "image/tiff", "tif",
          "image/bmp", "bmp");

  private PictureFile() {}

  /** Returns the media types that can be read. */
  static String[] mediaTypes() {
    return FORMATS.keySet().stream().sorted().toArray(String[]::new);
  }

  /**
   * Reads a work.
   *
   * @throws IllegalArgumentException if it is no picture of a known format, damaged, cut or too
   *     large, saying which
   */
  static Raster read(Artifact work) throws IOException {
    try (InputStream in = work.open()) {
      return read(in.readAllBytes(), work.mediaType());
    }
  }

  /** Reads the bytes of a picture of a media type. */
  static Raster read(byte[] bytes, String mediaType) {
    String format = FORMATS.get(mediaType);
    if (format == null) {
      throw refused("is " + mediaType + ", not PNG, JPEG, WebP, TIFF or BMP", null);
    }
    PictureFacts facts = PictureFacts.of(bytes, format);
    if (facts.cut()) {
      throw refused("was cut off before its end; get the file again", null);
    }
    return Raster.of(decoded(bytes, format, facts)).turned(facts.orientation());
  }

  private static BufferedImage decoded(byte[] bytes, String format, PictureFacts facts) {
    ImageReader reader = reader(format);
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, !format.equals("tif")); // a zTXt chunk may hold a bomb of its own
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (width < 1 || height < 1) {
        throw refused("has no pixels: its header says " + width + " x " + height, null);
      }
      if (width * height > LARGEST || Math.max(width, height) > LONGEST_SIDE) {
        throw refused(
            String.format(
                Locale.ROOT,
                "has %d x %d pixels by its header, but at most %d million are read; make it smaller",
                width,
                height,
                LARGEST / 1_000_000),
            null);
      }
      ImageReadParam param = reader.getDefaultReadParam();
      BufferedImage image = reader.read(0, param);
      return facts.profile().flatMap(profile -> inProfile(image, profile)).orElse(image);
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      if (e instanceof IllegalArgumentException told && told.getMessage().startsWith(BEGIN)) {
        throw told;
      }
      throw refused("is damaged and cannot be decoded as " + name(format) + "; get it again", e);
    } finally {
      reader.dispose();
    }
  }

  /** The JDK's PNG reader leaves the profile out: this gives it back to the pixels. */
  private static Optional<BufferedImage> inProfile(BufferedImage image, ICC_ColorSpace profile) {
    ColorModel colors = image.getColorModel();
    if (!(colors instanceof ComponentColorModel)
        || colors.getNumColorComponents() != profile.getNumComponents()
        || image.getRaster().getTransferType() > DataBuffer.TYPE_USHORT) {
      return Optional.empty();
    }
    ColorModel own =
        new ComponentColorModel(
            profile,
            colors.hasAlpha(),
            colors.isAlphaPremultiplied(),
            colors.getTransparency(),
            colors.getTransferType());
    return Optional.of(new BufferedImage(own, image.getRaster(), own.isAlphaPremultiplied(), null));
  }

  private static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw refused("is " + name(format) + ", which this Java cannot read", null);
    }
    return readers.next();
  }

  private static String name(String format) {
    return switch (format) {
      case "webp" -> "WebP";
      case "tif" -> "TIFF";
      default -> format.toUpperCase(Locale.ROOT);
    };
  }

  private static final String BEGIN = "the picture ";

  private static IllegalArgumentException refused(String why, Throwable cause) {
    return new IllegalArgumentException(BEGIN + why, cause);
  }
}
