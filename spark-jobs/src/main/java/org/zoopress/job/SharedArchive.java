package org.zoopress.job;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.PackStore;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;

/** The shared objects that an archive has, with what its tables say of them. */
final class SharedArchive {
  private final PackStore store;
  private final Map<SharedId, Row> rows;

  private SharedArchive(PackStore store, Map<SharedId, Row> rows) {
    this.store = store;
    this.rows = rows;
  }

  /** Reads the tables of all committed runs. */
  static SharedArchive read(Configuration conf, ArchiveReader archive, SharedCatalog catalog)
      throws IOException {
    Map<SharedId, Row> rows = new LinkedHashMap<>();
    List<Manifest> runs = archive.runs();
    for (int r = runs.size() - 1; r >= 0; r--) {
      for (Row row : archive.rows(runs.get(r), Table.CODEBOOKS)) {
        SharedId id = SharedId.ofHex(row.string("codebook_id"));
        if (catalog.isStored(id)) {
          rows.putIfAbsent(id, row);
        }
      }
    }
    return new SharedArchive(new PackStore(conf, archive.packs()), rows);
  }

  /** The rows of the objects that the test accepts, the newest first. */
  List<Row> matching(Predicate<Row> test) {
    return rows.values().stream().filter(test).toList();
  }

  /** What is known of an object. */
  Optional<Row> row(SharedId id) {
    return Optional.ofNullable(rows.get(id));
  }

  /** The object of a row. */
  SharedObject object(Row row) {
    return store.shared(SharedId.ofHex(row.string("codebook_id")));
  }
}
