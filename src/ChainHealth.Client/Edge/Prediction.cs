using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Records to be judged: a table (.csv, UTF-8, with a header), an image (.png, .jpg), an archive of arrays
/// (.npz) or of images (.zip, a folder for each class; a folder "unlabelled" for those without).</summary>
/// <param name="FileName">Its ending says what it is.</param>
public sealed record PredictQuestion(string FileName, ByteString Content)
{
    public const int BytesMax = 16 * 1024 * 1024;
    public const int RecordsMax = 2000;

    public static EdgeCodec<PredictQuestion> Codec { get; } = new(
        (w, q) => w.Name(q.FileName).Bytes(q.Content.Span),
        (ref CanonicalReader r) => new PredictQuestion(
            r.Text(EdgeLimits.NameBytesMax), new ByteString(r.Bytes(BytesMax).ToArray())));
}

/// <summary>Why a record is suspicious, or what else there is to say of it.</summary>
public enum ReasonKind : byte
{
    /// <summary>The label disagrees with the verified model and its neighbours.</summary>
    Label = 1,

    /// <summary>Something was pasted into the image.</summary>
    Trigger = 2,

    /// <summary>A value lies far outside of the data.</summary>
    Range = 3,

    /// <summary>It is not the record whose hash its hospital anchored.</summary>
    Anchor = 4,

    /// <summary>Worth knowing; no finding.</summary>
    Notice = 5,

    /// <summary>It is the record whose hash its hospital anchored.</summary>
    Anchored = 6,
}

public sealed record Reason(ReasonKind Kind, string Text);

/// <summary>What was found about one record.</summary>
/// <param name="Name">Line of the table, name of the image, or number in the archive.</param>
/// <param name="Label">That came with it; -1 = none.</param>
/// <param name="Found">Poisoning was found.</param>
/// <param name="ProbabilityMille">That it is poisoned, per mille.</param>
/// <param name="PerClassMille">Calibrated probability of each class, per mille.</param>
/// <param name="Unsure">The model does not rule out all classes but one.</param>
public sealed record RecordAnswer(
    string Name, int Label, bool Found, int ProbabilityMille, ImmutableArray<Reason> Reasons,
    ImmutableArray<int> PerClassMille, bool Unsure)
{
    public const int ReasonsMax = 16;

    public int Diagnosis => PerClassMille.IndexOf(PerClassMille.Max());

    internal static void Write(CanonicalWriter writer, RecordAnswer a) => writer
        .Name(a.Name).Int32(a.Label).Bool(a.Found).Int32(a.ProbabilityMille)
        .List(a.Reasons, (w, r) => w.Byte((byte)r.Kind).Line(r.Text))
        .List(a.PerClassMille, (w, p) => w.Int32(p)).Bool(a.Unsure);

    internal static RecordAnswer Read(ref CanonicalReader r)
    {
        var answer = new RecordAnswer(
            r.Text(EdgeLimits.NameBytesMax), EdgeText.Number(ref r, -1, EdgeLimits.ClassesMax), r.Bool(),
            EdgeText.Number(ref r, 0, 1000),
            r.List(ReasonsMax, (ref CanonicalReader i) => new Reason(
                i.Enum<ReasonKind>(), i.Text(EdgeLimits.TextBytesMax))),
            r.List(EdgeLimits.ClassesMax, (ref CanonicalReader i) => EdgeText.Number(ref i, 0, 1000)), r.Bool());
        if (answer.PerClassMille.Length < 2)
        {
            r.Fail("a record with fewer than two classes");
        }

        return answer;
    }
}

/// <summary>The answer to a file of records, and the verified model that gave it.</summary>
/// <param name="Labelled">Labels came with at least one record.</param>
public sealed record PredictAnswer(
    string Dataset, ImmutableArray<string> ClassNames, RunId Run, int Round, Digest Model, bool Labelled,
    ImmutableArray<RecordAnswer> Records)
{
    public static EdgeCodec<PredictAnswer> Codec { get; } = new(
        (w, a) => w.Name(a.Dataset).List(a.ClassNames, (v, n) => v.Name(n)).UInt32(a.Run.Value).Int32(a.Round)
            .Digest(a.Model).Bool(a.Labelled).List(a.Records, RecordAnswer.Write),
        (ref CanonicalReader r) => new PredictAnswer(
            r.Text(EdgeLimits.NameBytesMax),
            r.List(EdgeLimits.ClassesMax, (ref CanonicalReader i) => i.Text(EdgeLimits.NameBytesMax)),
            new RunId(r.UInt32()), r.Int32(), r.Digest(), r.Bool(),
            r.List(PredictQuestion.RecordsMax, RecordAnswer.Read)));
}

/// <summary>Where the chain took a data set's Merkle root.</summary>
public sealed record AnchorAnswer(string Dataset, int Records, Digest Root, Height Height, Digest Transaction)
{
    public static EdgeCodec<AnchorAnswer> Codec { get; } = new(
        (w, a) => w.Name(a.Dataset).Int32(a.Records).Digest(a.Root).UInt64(a.Height.Value).Digest(a.Transaction),
        (ref CanonicalReader r) => new AnchorAnswer(
            r.Text(EdgeLimits.NameBytesMax), r.Int32(), r.Digest(), new Height(r.UInt64()), r.Digest()));
}
