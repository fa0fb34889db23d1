// Reads a day and a text in base64 a line, and writes HeidelTime's TimeML of it in base64: one start of Java for all.
import de.unihd.dbs.heideltime.standalone.*;
import de.unihd.dbs.uima.annotator.heideltime.resources.Language;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.text.SimpleDateFormat;
import java.util.Base64;

public class HeidelTimeMany {
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        HeidelTimeStandalone reader = new HeidelTimeStandalone(Language.ARABIC, DocumentType.NEWS, OutputType.TIMEML, args[0], POSTagger.NO, false);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        SimpleDateFormat day = new SimpleDateFormat("yyyy-MM-dd");
        for (String line; (line = in.readLine()) != null;) {
            String[] parts = line.split("\t");
            String text = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            String found = reader.process(text, day.parse(parts[0]));
            out.println(Base64.getEncoder().encodeToString(found.getBytes(StandardCharsets.UTF_8)));
            out.flush();
        }
    }
}
