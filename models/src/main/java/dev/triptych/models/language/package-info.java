/** Language models of any architecture, from Hugging Face folders. */
@Export
@Version("1.0.0")
package dev.triptych.models.language;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
