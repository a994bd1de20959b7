using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>What this edge server measured on the public test split: one small file for each run.</summary>
internal sealed class ResultShelf(string folder)
{
    private readonly Lock _gate = new();

    /// <summary>A later result about the same thing takes the place of the earlier one.</summary>
    public void Add(RunId run, TestResult result)
    {
        lock (_gate)
        {
            ImmutableArray<TestResult> others =
                [.. Of(run).Where(r => (r.Round, r.Subject) != (result.Round, result.Subject))];
            Directory.CreateDirectory(folder);
            string temporary = PathOf(run) + ".new";
            File.WriteAllBytes(temporary, TestResult.ListCodec.Encode([.. others.Add(result)
                .OrderBy(r => r.Round).ThenBy(r => r.Subject).TakeLast(EdgeLimits.ResultsMax)]));
            File.Move(temporary, PathOf(run), overwrite: true);
        }
    }

    /// <summary>Oldest round first; empty where nothing was measured or the file is damaged.</summary>
    public ImmutableArray<TestResult> Of(RunId run)
    {
        lock (_gate)
        {
            return File.Exists(PathOf(run))
                && TestResult.ListCodec.TryDecode(File.ReadAllBytes(PathOf(run)), out var results, out _)
                ? results : [];
        }
    }

    /// <param name="scores">Records x classes, before softmax.</param>
    public static TestResult Measure(int round, TestSubject subject, float[] scores, Records test)
    {
        Metrics metrics = Metrics.Compute(scores, test.Labels, test.Classes);
        ImmutableArray<RocRates> roc = RocCurve.Of(
            scores, test.Labels, test.Classes, test.Classes - 1, EdgeLimits.RocPointsMax);
        return new TestResult(
            round, subject, metrics.Confusion, double.IsNaN(metrics.Auc) ? -1 : TenThousandths(metrics.Auc),
            [.. roc.Select(p => new RocPoint(TenThousandths(p.FalsePositive), TenThousandths(p.TruePositive)))]);
    }

    private static int TenThousandths(double share) => (int)Math.Round(share * 10_000);

    private string PathOf(RunId run) => Path.Combine(folder, $"run-{run.Value}.results");
}
