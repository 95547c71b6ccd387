import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks every file against every flavour in one virtual machine.
 *
 * Arguments: flavours parted by commas, then files. One line for each pair on standard output:
 * flavour, tab, "yes", "no" or "error", tab, file, tab, the broken rules parted by " | ".
 */
public class Conformance {
    private static final int MOST_RULES = 10;

    public static void main(String[] arguments) {
        VeraGreenfieldFoundryProvider.initialise();
        for (int position = 1; position < arguments.length; position++) {
            for (String flavour : arguments[0].split(",")) {
                report(flavour, arguments[position]);
            }
        }
        System.exit(0);
    }

    private static void report(String flavour, String file) {
        String answer;
        List<String> rules = new ArrayList<>();
        try {
            ValidationResult result = check(PDFAFlavour.fromString(flavour), file);
            boolean tested = result.getTotalAssertions() > 0;
            answer = result.isCompliant() && tested ? "yes" : "no";
            rules.addAll(broken(result));
        } catch (Exception failure) {
            answer = "error";
            rules.add(String.valueOf(failure));
        }
        String why = String.join(" | ", rules).replaceAll("\\s+", " ");
        System.out.println(flavour + "\t" + answer + "\t" + file + "\t" + why);
    }

    private static ValidationResult check(PDFAFlavour flavour, String file) throws Exception {
        try (InputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            return validator.validate(parser);
        }
    }

    private static Set<String> broken(ValidationResult result) {
        Set<String> rules = new LinkedHashSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED && rules.size() < MOST_RULES) {
                rules.add(assertion.getRuleId().getClause() + " test " + assertion.getRuleId().getTestNumber()
                        + ": " + assertion.getMessage() + " @ " + assertion.getLocation().getContext());
            }
        }
        return rules;
    }
}
