namespace ChainHealth.Cli;

/// <summary>The programs print what is wrong on standard error, in one line (perhaps after "error:") and perhaps what
/// to do ("next:"). This reads it back, so that the command line says the same in one voice.</summary>
public static class ProgramFault
{
    private const int DetailsMax = 12;

    public static UserError Read(string program, int exitCode, string standardError)
    {
        const StringSplitOptions split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] lines = standardError.Split('\n', split);
        int code = exitCode == ExitCode.Usage ? ExitCode.Usage : ExitCode.Failed;
        string? what = After(lines, "error:") ?? (lines is [var only] ? only : null);
        if (what is not null)
        {
            return new UserError(what, After(lines, "next:") ?? NextAfter(what), code);
        }

        return new UserError($"{program} ended with exit code {exitCode}", "see what it said last:", code)
            .With([.. lines.TakeLast(DetailsMax)]);
    }

    private static string NextAfter(string what) => what.Contains("data set", StringComparison.Ordinal)
        ? "see what is here: chainhealth dataset list; fetch one: chainhealth dataset get NAME"
        : "see --help for what may be given";

    private static string? After(string[] lines, string prefix) => lines
        .FirstOrDefault(l => l.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))?[prefix.Length..].Trim();
}
