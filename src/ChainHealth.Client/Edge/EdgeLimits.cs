namespace ChainHealth.Client;

/// <summary>Limits of the edge API, in bytes unless named otherwise.</summary>
public static class EdgeLimits
{
    public const int TextBytesMax = 512;
    public const int NameBytesMax = 128;
    public const int ReasonBytesMax = 1024;
    public const int ClassesMax = 64;
    public const int ColumnsMax = 1024;
    public const int SamplesMax = 64;
    public const int SampleBytesMax = 3 * 64 * 64;
    public const int FindingsMax = 64;
    public const int SplitsMax = 8;
    public const int DatasetsMax = 256;
    public const int ResultsMax = 4096;
    public const int RocPointsMax = 128;
    public const int AttacksMax = 64;

    /// <summary>Of one uploaded file.</summary>
    public const long UploadBytesMax = 256L * 1024 * 1024;

    public const int ChunkBytes = 1024 * 1024;

    /// <summary>Weights of a model, eight bytes each.</summary>
    public const int WeightsMax = Primitives.GlobalModel.BytesMax / sizeof(long);

    private const int Envelope = 64;

    /// <summary>What one connection may ask at once and per second.</summary>
    internal static ClientApiLimits Gate { get; } = new()
    {
        InFlightMax = 32, InFlightBytesMax = 64L * 1024 * 1024, RequestsPerSecondMax = 200,
    };

    /// <summary>Of the side that answers.</summary>
    internal static LinkOptions ServerLink { get; } = new()
    {
        FrameBytesMax = Envelope,
        QueueBytesMax = EdgeCalls.All.Max(c => c.AnswerBytesMax) + (1024 * 1024),
        FrameBytesMaxOfKind = EdgeCalls.All.ToDictionary(c => c.Kind, c => c.QuestionBytesMax + Envelope),
    };

    /// <summary>Of the side that asks.</summary>
    internal static LinkOptions ClientLink { get; } = new()
    {
        FrameBytesMax = ReasonBytesMax + Envelope,
        QueueBytesMax = EdgeCalls.All.Max(c => c.QuestionBytesMax) + (1024 * 1024),
        FrameBytesMaxOfKind = EdgeCalls.All.ToDictionary(c => c.AnswerKind, c => c.AnswerBytesMax + Envelope),
    };
}
