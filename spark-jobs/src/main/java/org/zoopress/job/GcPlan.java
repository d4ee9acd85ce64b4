package org.zoopress.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;

/**
 * Decides what of an archive may be deleted. A run goes only if no run that stays has a payload in
 * it; a shared object goes only if no manifest that stays lists it.
 */
final class GcPlan {
  /** Staging folders that nobody has touched for so long are given up. */
  static final Duration IDLE = Duration.ofDays(7);

  private final FileSystem fs;
  private final ArchivePaths paths;
  private final ArchiveReader archive;
  private final GcRequest request;
  private final Instant now;
  private final List<GcReport.Line> lines = new ArrayList<>();
  private final List<Path> manifests = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  private GcPlan(
      FileSystem fs, ArchivePaths paths, ArchiveReader archive, GcRequest request, Instant now) {
    this.fs = fs;
    this.paths = paths;
    this.archive = archive;
    this.request = request;
    this.now = now;
  }

  /**
   * Looks at everything and changes nothing.
   *
   * @param present files below the tables' folders, listed before the manifests were read: what is
   *     moved there by a commit meanwhile is not among them
   */
  static GcPlan of(
      FileSystem fs,
      ArchivePaths paths,
      ArchiveReader archive,
      Map<String, Long> present,
      Set<String> begun,
      GcRequest request,
      Instant now)
      throws IOException {
    GcPlan plan = new GcPlan(fs, paths, archive, request, now);
    Set<String> going = plan.runs();
    plan.files(going, present, begun);
    plan.staging();
    return plan;
  }

  List<GcReport.Line> lines() {
    return lines;
  }

  /** To be deleted first: without its manifest no reader sees a run. */
  List<Path> manifests() {
    return manifests;
  }

  /** To be deleted then. */
  List<Path> files() {
    return files;
  }

  /** Staging folders to be deleted. */
  List<Path> folders() {
    return folders;
  }

  /** Table files and shared objects of an archive, by path relative to it, with their bytes. */
  static Map<String, Long> present(FileSystem fs, ArchivePaths paths) throws IOException {
    Map<String, Long> present = new TreeMap<>();
    Set<Path> tables = new HashSet<>();
    for (Table table : Table.values()) {
      tables.add(paths.table(table));
    }
    for (Path table : tables) {
      try {
        RemoteIterator<LocatedFileStatus> all = fs.listFiles(table, true);
        while (all.hasNext()) {
          LocatedFileStatus file = all.next();
          String path = file.getPath().toUri().getPath();
          String root = fs.makeQualified(paths.root()).toUri().getPath();
          present.put(path.substring(root.length() + 1), file.getLen());
        }
      } catch (FileNotFoundException e) {
        continue; // no run has written this table
      }
    }
    return present;
  }

  /** Why the policy lets a run stay; empty if it may go. */
  private Map<String, String> staying() {
    Map<String, String> staying = new HashMap<>();
    List<Manifest> runs = archive.runs();
    boolean policy = request.keepRuns().isPresent() || request.olderThanDays().isPresent();
    Instant bound = now.minus(Duration.ofDays(request.olderThanDays().orElse(/* of no run */ 0)));
    for (int r = 0; r < runs.size(); r++) {
      Manifest run = runs.get(r);
      int newer = runs.size() - 1 - r;
      if (!policy) {
        staying.put(run.runId(), "neither --keep-runs nor --older-than is given");
      } else if (request.keepRuns().isPresent() && newer < request.keepRuns().getAsInt()) {
        staying.put(
            run.runId(), "one of the newest %d runs".formatted(request.keepRuns().getAsInt()));
      } else if (request.olderThanDays().isPresent()
          && Instant.parse(run.committedAt()).isAfter(bound)) {
        staying.put(
            run.runId(),
            "committed in the last %d days".formatted(request.olderThanDays().getAsInt()));
      } else if (newer == 0) {
        staying.put(run.runId(), "the newest run");
      }
    }
    return staying;
  }

  /** Decides over runs and their evaluations; returns the ids of the runs that go. */
  private Set<String> runs() throws IOException {
    Map<String, String> staying = staying();
    Map<String, Set<String>> users = users(staying);
    Set<String> going = new HashSet<>();
    for (Manifest run : archive.runs()) {
      String id = run.runId();
      boolean goes = !staying.containsKey(id);
      if (goes) {
        going.add(id);
        manifests.add(manifest(run));
      }
      lines.add(
          new GcReport.Line(
              "run",
              id,
              own(run).stream().mapToLong(DataFile::bytes).sum(),
              goes,
              goes ? "no run that stays needs it" : staying.get(id)));
      if (users.containsKey(id)) {
        packs(run, users.get(id));
      }
    }
    for (Manifest other : archive.manifests()) {
      if (!other.kind().equals("compress")
          && (going.contains(other.runId()) || archive.run(other.runId()).isEmpty())) {
        // Before the run's own: an evaluation alone would name a run that is gone.
        manifests.add(0, manifest(other));
        lines.add(
            new GcReport.Line(
                "evaluation",
                other.name(),
                own(other).stream().mapToLong(DataFile::bytes).sum(),
                true,
                "run %s goes or is gone".formatted(other.runId())));
      }
    }
    return going;
  }

  /**
   * Lets all runs stay that have payloads of runs that stay, and what these need in turn.
   *
   * @return by run that stays for this alone, the paths of its packs that are needed
   */
  private Map<String, Set<String>> users(Map<String, String> staying) throws IOException {
    Map<String, Set<String>> packs = new HashMap<>();
    List<String> open = new ArrayList<>(staying.keySet());
    while (!open.isEmpty()) {
      String user = open.remove(open.size() - 1);
      for (Map.Entry<String, Set<Integer>> need :
          needs(archive.run(user).orElseThrow()).entrySet()) {
        String id = need.getKey();
        if (!staying.containsKey(id) && archive.run(id).isPresent()) {
          staying.put(id, "run %s has payloads in it".formatted(user));
          packs.put(id, new TreeSet<>());
          open.add(id);
        }
        if (packs.containsKey(id)) {
          need.getValue().forEach(pack -> packs.get(id).add(ArchivePaths.packFile(pack)));
        }
      }
    }
    return packs;
  }

  /** Runs and packs that the rows of a run point to, its own left out. */
  private Map<String, Set<Integer>> needs(Manifest run) throws IOException {
    Map<String, Set<Integer>> needs = new TreeMap<>();
    for (Row tensor : archive.rows(run, Table.TENSORS)) {
      for (StoredPart part : StoredPart.ofJson(tensor.string("parts_json"))) {
        for (PayloadPointer payload : part.payloads()) {
          needs.computeIfAbsent(payload.runId(), id -> new TreeSet<>()).add(payload.pack());
        }
      }
    }
    for (Row model : archive.rows(run, Table.MODELS)) {
      if (model.string("blob_run_id") != null) {
        needs
            .computeIfAbsent(model.string("blob_run_id"), id -> new TreeSet<>())
            .add(model.int32("blob_pack"));
      }
    }
    needs.remove(run.runId());
    return needs;
  }

  /** Packs of a run that stays for the sake of others: which of them are needed. */
  private void packs(Manifest run, Set<String> needed) {
    for (DataFile file : run.files(Table.PAYLOADS)) {
      boolean used = needed.contains(new Path(file.path()).getName());
      lines.add(
          new GcReport.Line(
              "pack",
              file.path(),
              file.bytes(),
              false,
              used
                  ? "runs that stay have payloads in it"
                  : "its run stays, and with it all of its packs"));
    }
  }

  /** Decides over files: those of runs that go, shared objects, and what no manifest names. */
  private void files(Set<String> going, Map<String, Long> present, Set<String> begun)
      throws IOException {
    Map<String, List<String>> users = new LinkedHashMap<>();
    Set<String> named = new HashSet<>(begun);
    Set<String> leaving = new HashSet<>();
    for (Manifest manifest : archive.manifests()) {
      boolean goes = manifests.contains(manifest(manifest));
      for (DataFile file : manifest.files()) {
        (goes ? leaving : named).add(file.path());
        if (file.table().equals(Manifest.SHARED) && !goes) {
          users.computeIfAbsent(file.path(), path -> new ArrayList<>()).add(manifest.runId());
        }
      }
    }
    for (Map.Entry<String, Long> file : present.entrySet()) {
      String path = file.getKey();
      boolean shared = path.endsWith(".factors");
      boolean delete = !named.contains(path);
      if (delete) {
        files.add(new Path(paths.root(), path));
      }
      if (shared) {
        List<String> referring = users.getOrDefault(path, List.of());
        lines.add(
            new GcReport.Line(
                "shared",
                path,
                file.getValue(),
                delete,
                delete
                    ? "no run that stays refers to it"
                    : referring.isEmpty()
                        ? "a commit that has begun refers to it"
                        : "%s refers to it".formatted(some(referring))));
      } else if (delete && !leaving.contains(path)) {
        lines.add(new GcReport.Line("file", path, file.getValue(), true, "no manifest names it"));
      }
    }
  }

  private static String some(Collection<String> runs) {
    String first = runs.iterator().next();
    return runs.size() == 1
        ? "run " + first
        : "run %s and %d more".formatted(first, runs.size() - 1);
  }

  private void staging() throws IOException {
    Path parent = paths.staging("x").getParent();
    FileStatus[] found;
    try {
      found = fs.listStatus(parent);
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus folder : found) {
      String name = folder.getPath().getName();
      if (folder.getPath().equals(fs.makeQualified(paths.collectorLease().getParent()))) {
        continue;
      }
      long bytes = 0;
      long touched = folder.getModificationTime();
      RemoteIterator<LocatedFileStatus> inside = fs.listFiles(folder.getPath(), true);
      while (inside.hasNext()) {
        LocatedFileStatus file = inside.next();
        bytes += file.getLen();
        touched = Math.max(touched, file.getModificationTime());
      }
      Duration idle = Duration.between(Instant.ofEpochMilli(touched), now);
      boolean begun = fs.exists(new Path(folder.getPath(), "commit.json"));
      boolean delete = !begun && idle.compareTo(IDLE) > 0;
      if (delete) {
        folders.add(folder.getPath());
      }
      lines.add(
          new GcReport.Line(
              "staging",
              name,
              bytes,
              delete,
              begun
                  ? "its commit has begun: repeat its command to finish it"
                  : delete
                      ? "nobody has touched it for %d days".formatted(idle.toDays())
                      : "touched in the last %d days: its run may go on".formatted(IDLE.toDays())));
    }
  }

  private Path manifest(Manifest manifest) {
    return new Path(paths.commits(), manifest.name() + ".json");
  }

  private static List<DataFile> own(Manifest manifest) {
    return manifest.files().stream().filter(file -> !file.table().equals(Manifest.SHARED)).toList();
  }
}
