package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;

/** Blobs by pointer. */
class PackStoreTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;
  private PackStore.Index index;

  @BeforeEach
  void twoRuns() throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (String run : List.of("one", "two")) {
      List<DataFile> files = new ArrayList<>();
      for (int pack = 0; pack < 12; pack++) {
        byte[] data = data(run, pack);
        Row row =
            new Row().set("pack", pack).set("sha256", Digests.sha256Bytes(data)).set("data", data);
        String path =
            "payloads/run_date=2026-11-21/run_id=" + run + "/" + ArchivePaths.packFile(pack);
        long bytes = ParquetRows.write(CONF, hadoop(path), Table.PAYLOADS, List.of(row));
        // Manifests need not name the packs in order.
        files.add(0, new DataFile("payloads", path, bytes));
      }
      files.add(new DataFile("models", "models/x.parquet", 1));
      manifests.add(new Manifest(1, "compress", run, run, "", "", files));
    }
    manifests.add(new Manifest(1, "compress", "nothing-new", "nothing-new", "", "", List.of()));
    index = PackStore.Index.of(new org.apache.hadoop.fs.Path(folder.toUri()), manifests);
  }

  private org.apache.hadoop.fs.Path hadoop(String path) {
    return new org.apache.hadoop.fs.Path(folder.resolve(path).toUri());
  }

  private Path file(String run, int pack) {
    return folder.resolve(
        "payloads/run_date=2026-11-21/run_id=" + run + "/" + ArchivePaths.packFile(pack));
  }

  private static byte[] data(String run, int pack) {
    byte[] data = new byte[100 + pack];
    new SplittableRandom(run.hashCode() + pack).nextBytes(data);
    return data;
  }

  @Test
  void everyPackOfEveryRunIsFound() throws IOException {
    PackStore store = new PackStore(CONF, index);
    for (int pack = 11; pack >= 0; pack--) {
      for (String run : List.of("one", "two")) {
        assertThat(store.pack(new PayloadPointer(run, pack, 7, 93 + pack)))
            .isEqualTo(data(run, pack));
      }
    }
  }

  @Test
  void blobsOfOnePackCostOneRead() throws IOException {
    PackStore store = new PackStore(CONF, index);
    byte[] first = store.pack(new PayloadPointer("one", 3, 0, 10));
    Files.delete(file("one", 3));
    assertThat(store.pack(new PayloadPointer("one", 3, 10, 20))).isSameAs(first);
    assertThatThrownBy(() -> new PackStore(CONF, index).pack(new PayloadPointer("one", 3, 0, 1)))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("pack-000000003.parquet: there is no such file");
  }

  @Test
  void pointersThatLeadNowhereAreCorruptData() {
    PackStore store = new PackStore(CONF, index);
    for (PayloadPointer pointer :
        List.of(
            new PayloadPointer("three", 0, 0, 1),
            new PayloadPointer("nothing-new", 0, 0, 1),
            new PayloadPointer("one", 12, 0, 1),
            new PayloadPointer("one", -1, 0, 1))) {
      assertThatThrownBy(() -> store.pack(pointer))
          .isInstanceOf(CorruptDataException.class)
          .hasMessage(
              "pack %d of run %s is not in the archive".formatted(pointer.pack(), pointer.runId()));
    }
    for (int[] range :
        new int[][] {
          {-1, 1}, {0, -1}, {0, 101}, {100, 1}, {Integer.MAX_VALUE, Integer.MAX_VALUE}
        }) {
      assertThatThrownBy(() -> store.pack(new PayloadPointer("one", 0, range[0], range[1])))
          .as("%s", Arrays.toString(range))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("lies outside of payloads/")
          .hasMessageContaining("with 100 bytes");
    }
  }

  @Test
  void aSharedObjectThatIsGoneOrDamagedIsNamed() throws IOException {
    SharedObject object = new SharedObject(SharedObject.Kind.CODEBOOKS, new byte[] {1, 2, 3});
    String path = ArchivePaths.relative(object);
    DataFile named = new DataFile(Manifest.SHARED, path, object.content().length);
    PackStore store =
        new PackStore(
            CONF,
            PackStore.Index.of(
                new org.apache.hadoop.fs.Path(folder.toUri()),
                List.of(new Manifest(1, "compress", "one", "one", "", "", List.of(named)))));
    assertThatThrownBy(() -> store.shared(object.id()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining(path + ": there is no such file");
    Files.createDirectories(folder.resolve(path).getParent());
    Files.write(folder.resolve(path), object.content());
    assertThat(store.shared(object.id()).content()).isEqualTo(object.content());
    Files.write(folder.resolve(path), new byte[] {1, 1, 1, 2, 4});
    assertThatThrownBy(() -> store.shared(object.id()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("it is damaged, its SHA-256 is not its name");
    SharedId other = new SharedId(7);
    assertThatThrownBy(() -> store.shared(other))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("shared object 0000000000000007 is not in the archive");
  }

  @Test
  void aFlippedBitAnywhereInThePackIsNoticed() throws IOException {
    byte[] good = Files.readAllBytes(file("two", 5));
    PayloadPointer pointer = new PayloadPointer("two", 5, 0, 1);
    int noticed = 0;
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      Files.write(file("two", 5), bad);
      try {
        assertThat(new PackStore(CONF, index).pack(pointer))
            .as("byte %s is not of the data", at)
            .isEqualTo(data("two", 5));
      } catch (UserInputException expected) {
        assertThat(expected).hasMessageContaining("pack-000000005.parquet");
        noticed++;
      }
    }
    assertThat(noticed).isGreaterThan(105 + 32);
  }
}
