using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Checks (a) accuracy and (b) recall of every class, of all updated models at once, on secret records that a
/// coin toss picks. Opened: the seed of the draw, and one bit for each hospital.</summary>
public static class PoisoningCheck
{
    /// <summary>Activations of one layer that are worked on at a time; more records are taken in several passes, which
    /// bounds a party's memory (about 130 bytes for each).</summary>
    public const int ActivationsPerPassMax = 1_200_000;

    public const int HospitalsMax = 64;

    /// <summary>Null where the job can be computed, else the reason.</summary>
    public static string? Fault(CheckJob job)
    {
        int parameters = job.Architecture.ParameterCount;
        if (job.Updates.Count is < 1 or > HospitalsMax)
        {
            return $"{job.Updates.Count} updates, 1 to {HospitalsMax} allowed";
        }

        if (job.Global.Length != parameters || job.Updates.Any(u => u.Length != parameters))
        {
            return $"a model or an update has not {parameters} parameters";
        }

        if (job.Pool.Count == 0 || job.Pool.Any(p => p.Records < 1
            || p.Shares.Length != PoolPart.LengthOf(job.Architecture, p.Records)))
        {
            return "the pool is empty, or a part of it has the wrong length";
        }

        Circuit.TryPlan(job.Architecture, job.FixedPoint, job.Global.Span, out string? fault);
        return job.Policy.Fault() ?? fault;
    }

    /// <summary>All four parties call it with the same public arguments and their own shares.</summary>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    /// <exception cref="MpcAbortException">A party deviated, or is silent.</exception>
    public static async ValueTask<CheckResult> RunAsync(
        MpcSession session, CheckJob job, CancellationToken cancellation)
    {
        if (Fault(job) is { } fault)
        {
            throw new ArgumentException(fault, nameof(job));
        }

        MpcStatistics before = session.Statistics;
        Digest seed = await CoinToss.RunAsync(session, cancellation);
        int[] indices = RecordDraw.Sample(seed, job.Pool.Sum(p => p.Records), job.Policy.DrawSize);
        ShareVector[] models = Models(session, job);
        using DrawnRecords records = DrawnRecords.Gather(session, job.Architecture, job.Pool, indices);
        using ShareVector counts = await CountAsync(session, job, models, records, cancellation);
        Array.ForEach(models, m => m.Dispose());
        using ShareVector verdicts = await Thresholds.JudgeAsync(
            session, counts, records.Labels, records.Count, job.Policy, cancellation);
        ulong[] opened = await Opening.OpenByMajorityAsync(session, verdicts, bits: true, "verdicts", cancellation);
        bool[] accepted =
            [.. Enumerable.Range(0, job.Updates.Count).Select(h => ((opened[h / 64] >> (h % 64)) & 1) == 1)];
        return new CheckResult(accepted, seed, Transcript(session, job, seed, accepted), session.Statistics - before);
    }

    /// <summary>global + update for each hospital, then the global model alone; that one is left out where nothing is
    /// compared with it.</summary>
    private static ShareVector[] Models(MpcSession session, CheckJob job)
    {
        var models = new List<ShareVector>();
        foreach (SharePackage update in job.Updates)
        {
            models.Add(Local.Expand(session, update));
        }

        if (job.Policy.ComparesWithGlobal)
        {
            models.Add(session.NewVector(job.Global.Length).Clear());
        }

        models.ForEach(m => Local.AddPublic(m, job.Global.Span));
        return [.. models];
    }

    private static async ValueTask<ShareVector> CountAsync(MpcSession session, CheckJob job, ShareVector[] models,
        DrawnRecords records, CancellationToken cancellation)
    {
        Circuit circuit = Circuit.TryPlan(job.Architecture, job.FixedPoint, job.Global.Span, out _)!;
        int elements = job.Architecture.Input.Elements, classes = job.Architecture.Classes;
        ShareVector counts = session.NewVector((job.Updates.Count + 1) * classes).Clear();
        int perPass = PassSize(job.Architecture, models.Length, records.Count);
        for (int first = 0; first < records.Count; first += perPass)
        {
            int count = Math.Min(perPass, records.Count - first);
            using ShareVector images = Local.Copy(session, records.Images, first * elements, count * elements);
            using ShareVector labels = Local.Copy(session, records.Labels, first * classes, count * classes);
            using ShareVector logits = await circuit.EvaluateAsync(session, models, images, count, cancellation);
            using ShareVector pass = await CorrectAnswers.CountAsync(
                session, circuit, logits, labels, models.Length, count, cancellation);
            Local.Accumulate(counts, pass);
        }

        return counts;
    }

    /// <summary>Records of a pass; the passes are about equal.</summary>
    private static int PassSize(Architecture architecture, int models, int records)
    {
        int widest = architecture.Layers.Max(l => l.Output.Elements);
        int most = Math.Max(1, ActivationsPerPassMax / checked(models * widest));
        int passes = (records + most - 1) / most;
        return (records + passes - 1) / passes;
    }

    private static Digest Transcript(MpcSession session, CheckJob job, Digest seed, bool[] accepted)
    {
        CanonicalWriter writer = new CanonicalWriter().Digest(session.Id).Digest(job.Context)
            .Digest(job.Architecture.Hash).Digest(seed).List(accepted, (w, bit) => w.Bool(bit));
        return Digest.Of("check-transcript", default, writer.Written);
    }
}
