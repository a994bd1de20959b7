using System.Collections.Immutable;

namespace ChainHealth.Client;

/// <summary>Every kind of question that an edge server answers (EDGE.md). Numbers are never used again.</summary>
public static class EdgeCalls
{
    private const int Small = 4 * 1024;
    private const int Medium = 1024 * 1024;
    private const int Large = 8 * 1024 * 1024;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Working = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(180);

    /// <summary>What the edge server does right now.</summary>
    public static EdgeCall<Nothing, EdgeStatus> Status { get; } =
        new(1, "status", Nothing.Codec, EdgeStatus.Codec, Small, Small, Quick);

    /// <summary>What is in the data set in use.</summary>
    public static EdgeCall<Nothing, DatasetSummary> Dataset { get; } =
        new(2, "data set", Nothing.Codec, DatasetSummary.Codec, Small, Large, Working);

    /// <summary>The data sets that this edge server can use.</summary>
    public static EdgeCall<Nothing, ImmutableArray<DatasetOffer>> Datasets { get; } =
        new(3, "data sets", Nothing.Codec, DatasetOffer.ListCodec, Small, Medium, Working);

    /// <summary>Uses another data set from now on; refused while a run needs the present one.</summary>
    public static EdgeCall<string, DatasetSummary> UseDataset { get; } =
        new(4, "use data set", EdgeText.Codec(EdgeLimits.NameBytesMax), DatasetSummary.Codec, Small, Large, Reading);

    /// <summary>One piece of a file with records; the last piece is answered when all records were read.</summary>
    public static EdgeCall<UploadChunk, UploadProgress> Upload { get; } = new(
        5, "upload", UploadChunk.Codec, UploadProgress.Codec, EdgeLimits.ChunkBytes + Small, Small, Reading);

    /// <summary>Proposes a run to the chain.</summary>
    public static EdgeCall<RunWish, RunStarted> StartRun { get; } =
        new(6, "start run", RunWish.Codec, RunStarted.Codec, 64 * 1024, Small, Working);

    public static EdgeCall<StopWish, Nothing> StopRun { get; } =
        new(7, "stop run", StopWish.Codec, Nothing.Codec, Small, Small, Working);

    /// <summary>What this edge server measured on the public test split in a run.</summary>
    public static EdgeCall<Primitives.RunId, ImmutableArray<TestResult>> Results { get; } =
        new(8, "test results", EdgeText.RunCodec, TestResult.ListCodec, Small, Large, Quick);

    /// <summary>From the provider to a hospital: attack in the coming rehearsals; empty = stay honest.</summary>
    public static EdgeCall<string, Nothing> Rehearse { get; } =
        new(9, "rehearse", EdgeText.Codec(EdgeLimits.NameBytesMax), Nothing.Codec, Small, Small, Quick);

    /// <summary>From a hospital to the provider, in a rehearsal alone: its update in the clear.</summary>
    public static EdgeCall<RehearsalUpdate, Nothing> RehearsalUpdate { get; } = new(
        10, "rehearsal update", Client.RehearsalUpdate.Codec, Nothing.Codec,
        Primitives.GlobalModel.BytesMax + Small, Small, Working);

    /// <summary>Judges records with the verified model; keeps nothing of them.</summary>
    public static EdgeCall<PredictQuestion, PredictAnswer> Predict { get; } = new(
        20, "predict", PredictQuestion.Codec, PredictAnswer.Codec, PredictQuestion.BytesMax + Small, Large, Reading);

    /// <summary>Anchors the institution's data set on chain; an unchanged one is refused by the ledger.</summary>
    public static EdgeCall<Nothing, AnchorAnswer> AnchorDataset { get; } =
        new(21, "anchor data set", Nothing.Codec, AnchorAnswer.Codec, Small, Small, Working);

    public static ImmutableArray<EdgeCall> All { get; } =
    [
        Status, Dataset, Datasets, UseDataset, Upload, StartRun, StopRun, Results, Rehearse, RehearsalUpdate, Predict,
        AnchorDataset,
    ];
}
