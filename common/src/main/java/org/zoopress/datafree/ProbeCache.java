package org.zoopress.datafree;

import java.util.Optional;

/**
 * Keeps what is dear to make and depends on the original network and the settings alone: probes and
 * sensitivities. Keys are hashes of both, so that nothing in a cache can be out of date.
 */
public interface ProbeCache {
  /** Keeps nothing. */
  ProbeCache NONE =
      new ProbeCache() {
        @Override
        public Optional<byte[]> get(String key) {
          return Optional.empty();
        }

        @Override
        public void put(String key, byte[] bytes) {}
      };

  /** What was put under the key, if it is still there. */
  Optional<byte[]> get(String key);

  /** Keeps the bytes if it can; another copy of the same may be there already. */
  void put(String key, byte[] bytes);
}
