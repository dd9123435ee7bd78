package dev.muster.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.BeanUtils;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * The vendors that can be simulated. Each is a package below this one with a class {@code
 * …Simulator}; nothing else names it.
 */
public final class SimulatedVendors {
  private static final String CLASSES = "classpath*:dev/muster/simulator/*/*Simulator.class";
  private static final Class<?>[] TYPES = types();

  /** A new one of each, by name. */
  public static Map<String, SimulatedVendor<?>> all() {
    Map<String, SimulatedVendor<?>> all = new TreeMap<>();
    for (Class<?> type : TYPES) {
      SimulatedVendor<?> vendor = (SimulatedVendor<?>) BeanUtils.instantiateClass(type);
      all.put(vendor.name(), vendor);
    }
    return all;
  }

  private static Class<?>[] types() {
    try {
      Resource[] files = new PathMatchingResourcePatternResolver().getResources(CLASSES);
      MetadataReaderFactory reader = new SimpleMetadataReaderFactory();
      Class<?>[] types = new Class<?>[files.length];
      for (int i = 0; i < files.length; i++) {
        String name = reader.getMetadataReader(files[i]).getClassMetadata().getClassName();
        types[i] = ClassUtils.resolveClassName(name, null);
      }
      return types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SimulatedVendors() {}
}
