/** Safetensors files: read with checks, written whole or not at all. */
@Export
@Version("1.0.0")
package dev.triptych.models.safetensors;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
