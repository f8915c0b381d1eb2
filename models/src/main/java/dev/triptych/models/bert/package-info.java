/**
 * BERT as a sentence encoder: a {@code transformers} folder, or one of two that the program ships.
 *
 * <p>{@link dev.triptych.models.bert.SentenceEncoder} runs the program {@code bert.py}; {@link
 * dev.triptych.models.bert.ShippedEncoders} makes folders of the ONNX files on the class path.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.bert;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
