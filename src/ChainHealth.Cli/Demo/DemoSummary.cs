namespace ChainHealth.Cli;

/// <summary>The end of a run in a few lines.</summary>
public static class DemoSummary
{
    /// <summary>It came to its planned end, with a model that a quorum computed and hospitals verified.</summary>
    public static bool IsComplete(RunReport report) =>
        report.End is "last-round" or "target-reached"
        && report.Rounds.Any(r => r.ModelHash is not null && !r.KeptOldModel)
        && report.VerifiedBy.Length > 0;

    public static IEnumerable<string> Lines(RunReport report)
    {
        yield return "";
        yield return $"run           {report.Run}: {report.Title}, ended: {report.End ?? report.Phase}"
            + (string.IsNullOrEmpty(report.Reason) ? "" : $" ({report.Reason})");
        string accuracy = report.Accuracy is double a ? Figures.Percent(a) : "not measured";
        yield return $"accuracy      {accuracy} on the test split";
        yield return $"model         {report.ModelHash}";
        yield return report.VerifiedBy.IsEmpty
            ? "verified by   nobody"
            : $"verified by   {string.Join(", ", report.VerifiedBy)}";
        string[] refused = Refused(report).ToArray();
        yield return refused.Length == 0 ? "refused       nobody" : $"refused       {string.Join("; ", refused)}";
        foreach (RoundReport round in report.Rounds)
        {
            foreach (string note in round.Notes)
            {
                yield return $"{"round " + round.Round,-14}{note}";
            }
        }
    }

    private static IEnumerable<string> Refused(RunReport report) => report.Rounds
        .SelectMany(r => r.Hospitals.Where(h => h.Verdict == "poisoned").Select(h => (h.Id, r.Round)))
        .GroupBy(x => x.Id)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => $"{g.Key} in round{(g.Count() == 1 ? "" : "s")} {string.Join(", ", g.Select(x => x.Round))}");
}
