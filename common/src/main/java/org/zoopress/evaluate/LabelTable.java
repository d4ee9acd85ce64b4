package org.zoopress.evaluate;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.zoo.ModelFolder;

/**
 * A CSV file, read row by row: a header with the columns {@code file} and {@code label}, further
 * columns ignored; comma-separated UTF-8, fields in double quotes where they hold commas, one row a
 * line, blank lines skipped.
 */
final class LabelTable implements Closeable {
  /** One row: an image and its label. */
  record Row(String file, int label) {}

  /** Keeps a file without line breaks from being read into memory. */
  private static final int MAX_LINE = 1 << 16;

  private final String path;
  private final DataStream stream;
  private final BufferedReader reader;
  private final int fileColumn;
  private final int labelColumn;
  private long line;

  LabelTable(ModelFolder folder, String path) throws IOException {
    this.path = path;
    this.stream = DataStream.open(folder, path, 0);
    this.reader =
        new BufferedReader(
            new InputStreamReader(
                stream.asInputStream(),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    try {
      List<String> header = nextLine().map(this::fields).orElse(List.of());
      this.fileColumn = column(header, "file");
      this.labelColumn = column(header, "label");
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private int column(List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw DataErrors.cannotRead(
          path,
          "its first line has no column '%s', only %s".formatted(name, header),
          "Begin the CSV with a header that has the columns file and label");
    }
    return column;
  }

  /** The next row, or empty at the end. */
  Optional<Row> next() throws IOException {
    Optional<String> text = nextLine();
    while (text.isPresent() && text.get().isBlank()) {
      text = nextLine();
    }
    return text.map(this::row);
  }

  private Row row(String text) {
    List<String> fields = fields(text);
    if (fields.size() <= Math.max(fileColumn, labelColumn)) {
      throw wrongLine(
          "has %d field(s), too few for the header".formatted(fields.size()), "Complete it");
    }
    String file = fields.get(fileColumn);
    if (!RelativePath.isInside(file)) {
      throw wrongLine(
          "names the file '%s', which is not a path inside the images' folder".formatted(file),
          "Use paths relative to that folder");
    }
    String label = fields.get(labelColumn).strip();
    try {
      int value = Integer.parseInt(label);
      if (value >= 0) {
        return new Row(file, value);
      }
    } catch (NumberFormatException e) {
      // told below, together with negative numbers
    }
    throw wrongLine("has the label '%s'".formatted(label), "Use class numbers from 0");
  }

  private RuntimeException wrongLine(String problem, String remedy) {
    return DataErrors.cannotRead(path, "line %d %s".formatted(line, problem), remedy);
  }

  private List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw wrongLine("has a quote that does not end", "Close it on the same line");
    }
    fields.add(field.toString());
    return fields;
  }

  private Optional<String> nextLine() throws IOException {
    line++;
    StringBuilder text = new StringBuilder();
    try {
      int c = reader.read();
      if (c < 0) {
        return Optional.empty();
      }
      for (; c >= 0 && c != '\n'; c = reader.read()) {
        if (text.length() == MAX_LINE) {
          throw wrongLine(
              "has more than %d characters".formatted(MAX_LINE), "Check that this is a CSV file");
        }
        text.append((char) c);
      }
    } catch (CharacterCodingException e) {
      throw wrongLine("is not UTF-8", "Store the table as UTF-8");
    }
    if (line == 1 && text.length() > 0 && text.charAt(0) == '\uFEFF') {
      text.deleteCharAt(0); // the byte order mark that spreadsheets write
    }
    if (text.length() > 0 && text.charAt(text.length() - 1) == '\r') {
      text.setLength(text.length() - 1);
    }
    return Optional.of(text.toString());
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
