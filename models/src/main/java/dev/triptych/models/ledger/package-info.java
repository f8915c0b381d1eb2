/**
 * The model manager: one loaded model for all who ask for the same bytes.
 *
 * <p>{@link dev.triptych.models.ledger.ModelManager#lease} reads top to bottom: find the files,
 * digest them, share a loaded model or make room and load one. Files that cannot be mapped where
 * they are, such as the entries of a jar, are copied once to {@code weights/DIGEST} in the home
 * folder.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.ledger;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
