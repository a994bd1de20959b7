using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>What the edge servers of the training story answer: the last hospital poisons.</summary>
public static class EdgeStory
{
    private static readonly ImmutableArray<string> Classes = ["benign", "malignant"];

    public static FakeEdgeClient Of(LedgerScenario chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        TestNetwork cast = chain.Network;
        return new FakeEdgeClient(cast)
            .On(EdgeCalls.Status, (server, _) => Status(server, cast))
            .On(EdgeCalls.Dataset, (server, _) => Dataset(server))
            .On(EdgeCalls.Datasets, (_, _) => Offers)
            .On(EdgeCalls.UseDataset, (server, name) => Dataset(server) with { Name = name })
            .On(EdgeCalls.Results, (server, _) => Results(server, cast))
            .On(EdgeCalls.StartRun, (_, _) => new RunStarted(new RunId(1), default, chain.State.Height))
            .On(EdgeCalls.StopRun, (_, _) => default)
            .On(EdgeCalls.Predict, (_, question) => Judge(question, chain));
    }

    /// <summary>A record whose label is "0" or "benign" is found; every other one is not.</summary>
    private static PredictAnswer Judge(PredictQuestion question, LedgerScenario chain)
    {
        string[] lines = System.Text.Encoding.UTF8.GetString(question.Content.Span)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] header = lines[0].Split(',');
        int at = Array.IndexOf(header, "label");
        return new PredictAnswer(
            "wdbc", Classes, new RunId(1), 2,
            chain.State.Runs.Values.SelectMany(r => r.Models).Select(m => m.Model).LastOrDefault(), true,
            [.. lines.Skip(1).Select((line, i) => Judged($"line {i + 2}", line.Split(',')[at] is "0" or "benign"))]);
    }

    private static RecordAnswer Judged(string name, bool found) => new(
        name, found ? 0 : 1, found, found ? 970 : 12,
        found
            ? [new Reason(ReasonKind.Label, "Its label says benign; the verified model sees malignant (97 %), and 9 of "
                + "its 10 nearest verified records carry another label.")]
            : [new Reason(ReasonKind.Notice, "mean radius is 29, unusual: the data go from 6.98 to 28.11.")],
        [30, 970], false);

    private static ImmutableArray<DatasetOffer> Offers =>
    [
        new("wdbc", "Breast Cancer Wisconsin (Diagnostic), 30 measures of cell nuclei", "BSD-3-Clause", false, true),
        new("mednist", "radiographs, CT and MR slices in six groups", "CC BY-SA 4.0", false, false),
    ];

    private static EdgeStatus Status(Member server, TestNetwork cast)
    {
        int place = cast.HospitalIds.IndexOf(server.Id);
        bool trains = place == 1;
        return new EdgeStatus(
            "0.1.0", "wdbc", place < 0 ? 0 : 78 + (place * 7), place >= 0,
            place == cast.HospitalIds.Length - 1 ? "label-flip" : "",
            trains ? EdgeActivity.Training : EdgeActivity.Waiting, trains ? new RunId(1) : default, trains ? 3 : 0,
            trains ? 640 : 0, trains ? 4200 : -1, "", default, new Instant(1_700_000_000_000));
    }

    private static DatasetSummary Dataset(Member server) => new(
        "wdbc", "W. N. Street and others, SPIE 1905:861-870 (1993)", "BSD-3-Clause", true, new TensorShape(1, 1, 30),
        Classes, [new ColumnSummary("mean radius", 6.98, 28.11, 14.13, 3.52, false)],
        server.Role == MemberRole.Hospital
            ? [new("Own training records", true, [51, 34]), new("Test, public", false, [71, 42])]
            : [new("Validation, public", false, [71, 42]), new("Test, public", false, [71, 42])],
        [],
        [
            new(FindingLevel.Good, "The file is byte for byte the one that its publisher describes."),
            new(FindingLevel.Notice, "Only 85 training records: figures will scatter from round to round."),
        ]);

    private static ImmutableArray<TestResult> Results(Member server, TestNetwork cast)
    {
        int place = cast.HospitalIds.IndexOf(server.Id);
        return place < 0
            ?
            [
                .. new[] { 1, 2 }.SelectMany(round => new[]
                {
                    Result(round, TestSubject.GlobalModel, 105 + round, 9900),
                    Result(round, TestSubject.Unprotected, 78 + round, 8200),
                }),
            ]
            : [.. new[] { 1, 2 }.Select(round => Result(
                round, TestSubject.LocalModel, place == cast.HospitalIds.Length - 1 ? 11 : 99 + place + round,
                place == cast.HospitalIds.Length - 1 ? 700 : 9700 + (place * 20)))];
    }

    private static TestResult Result(int round, TestSubject subject, int correct, int area)
    {
        int sick = correct * 42 / 113;
        return new TestResult(
            round, subject, [[correct - sick, 71 - (correct - sick)], [42 - sick, sick]], area,
            [
                .. Enumerable.Range(0, 21).Select(i => new RocPoint(
                    i * 500, (int)Math.Round(10_000 * Math.Pow(i / 20.0, (10_000.0 - area) / area)))),
            ]);
    }
}
