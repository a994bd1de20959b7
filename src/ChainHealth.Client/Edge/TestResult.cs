using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

public enum TestSubject : byte
{
    /// <summary>What the hospital's own training made of the round's global model.</summary>
    LocalModel = 1,

    /// <summary>The final model of the round.</summary>
    GlobalModel = 2,

    /// <summary>In a rehearsal: what the round's sum would have been had nobody looked at the updates.</summary>
    Unprotected = 3,
}

/// <summary>A point of a receiver operating characteristic, in ten-thousandths.</summary>
public readonly record struct RocPoint(int FalsePositive, int TruePositive);

/// <summary>One model on the public test split, as an edge server measured it on its own machine.</summary>
/// <param name="Confusion">Confusion[actual][predicted], counted.</param>
/// <param name="AreaUnderCurve">Mean over the classes, one against the rest, in ten-thousandths; -1 where
/// undefined.</param>
/// <param name="Roc">Of the last class against the rest, from (0, 0) to (1, 1); empty where undefined.</param>
public sealed record TestResult(
    int Round, TestSubject Subject, ImmutableArray<ImmutableArray<int>> Confusion, int AreaUnderCurve,
    ImmutableArray<RocPoint> Roc)
{
    private const int CountMax = 10_000_000;
    private const int Whole = 10_000;

    public static EdgeCodec<TestResult> Codec { get; } = new(Write, Read);

    public static EdgeCodec<ImmutableArray<TestResult>> ListCodec { get; } = new(
        (w, results) => w.List(results, Write),
        (ref CanonicalReader r) => r.List(EdgeLimits.ResultsMax, Read));

    public int Count => Confusion.Sum(row => row.Sum());

    public int Correct => Confusion.Select((row, actual) => row[actual]).Sum();

    public double Accuracy => Count == 0 ? 0 : (double)Correct / Count;

    private static void Write(CanonicalWriter writer, TestResult t) => writer
        .Int32(t.Round).Byte((byte)t.Subject)
        .List(t.Confusion, (w, row) => w.List(row, (v, n) => v.Int32(n)))
        .Int32(t.AreaUnderCurve)
        .List(t.Roc, (w, p) => w.Int32(p.FalsePositive).Int32(p.TruePositive));

    private static TestResult Read(ref CanonicalReader r)
    {
        var result = new TestResult(
            r.Int32(), r.Enum<TestSubject>(),
            r.List(EdgeLimits.ClassesMax, (ref CanonicalReader row) => row.List(
                EdgeLimits.ClassesMax, (ref CanonicalReader i) => EdgeText.Number(ref i, 0, CountMax))),
            EdgeText.Number(ref r, -1, Whole),
            r.List(EdgeLimits.RocPointsMax, (ref CanonicalReader i) => new RocPoint(
                EdgeText.Number(ref i, 0, Whole), EdgeText.Number(ref i, 0, Whole))));
        if (result.Confusion.Any(row => row.Length != result.Confusion.Length))
        {
            r.Fail("the confusion matrix is not square");
        }
        else if (result.Confusion.Sum(row => row.Sum(n => (long)n)) > CountMax)
        {
            r.Fail($"more than {CountMax} records");
        }

        return result;
    }
}

/// <summary>A hospital's update of a rehearsal in the clear, so that the provider can show what the sum would have been
/// without the check. Hospitals send it for plans that say "rehearsal" and no others.</summary>
/// <param name="Samples">Records trained on.</param>
/// <param name="Update">Fixed point of the plan's format.</param>
public sealed record RehearsalUpdate(RunId Run, int Round, int Samples, ImmutableArray<long> Update)
{
    public static EdgeCodec<RehearsalUpdate> Codec { get; } = new(
        (w, u) => w.UInt32(u.Run.Value).Int32(u.Round).Int32(u.Samples).List(u.Update, (v, x) => v.Int64(x)),
        (ref CanonicalReader r) => new RehearsalUpdate(
            new RunId(r.UInt32()), r.Int32(), EdgeText.Number(ref r, 1, 10_000_000),
            r.List(EdgeLimits.WeightsMax, (ref CanonicalReader i) => i.Int64())));
}
