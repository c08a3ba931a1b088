import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads lines of topic, space and Avro bytes (base64) with Apache Avro and the schemas of the folder given. Answers a
 * line each: the value as JSON (bytes in base64), a tab, and the value encoded again (base64).
 */
public final class ReadBack {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  public static void main(String[] args) throws Exception {
    Map<String, Schema> schemas = new HashMap<>();
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder out = new StringBuilder();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String topic = line.substring(0, line.indexOf(' '));
      byte[] bytes = Base64.getDecoder().decode(line.substring(topic.length() + 1));
      if (!schemas.containsKey(topic)) {
        schemas.put(topic, new Schema.Parser().parse(new File(args[0], topic + ".avsc")));
      }
      Schema schema = schemas.get(topic);
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
      GenericRecord value = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
      if (!decoder.isEnd()) throw new IllegalStateException("bytes are left over");
      out.append(mapper.writeValueAsString(json(value))).append('\t').append(encoded(schema, value)).append('\n');
    }
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  private static String encoded(Schema schema, GenericRecord value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
    encoder.flush();
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static JsonNode json(Object value) {
    if (value == null) return JSON.nullNode();
    if (value instanceof Boolean flag) return JSON.booleanNode(flag);
    if (value instanceof Integer number) return JSON.numberNode(number);
    if (value instanceof Long number) return JSON.numberNode(number);
    if (value instanceof ByteBuffer bytes) return JSON.textNode(Base64.getEncoder().encodeToString(rest(bytes)));
    if (value instanceof GenericRecord record) {
      ObjectNode node = JSON.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) node.set(field.name(), json(record.get(field.pos())));
      return node;
    }
    if (value instanceof Iterable<?> items) {
      ArrayNode node = JSON.arrayNode();
      for (Object item : items) node.add(json(item));
      return node;
    }
    return JSON.textNode(value.toString());
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
