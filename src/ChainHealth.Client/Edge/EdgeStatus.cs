using ChainHealth.Primitives;

namespace ChainHealth.Client;

public enum EdgeActivity : byte
{
    /// <summary>Waits for the chain.</summary>
    Waiting = 1,
    Approving = 2,
    SharingPool = 3,
    Training = 4,
    Measuring = 5,

    /// <summary>Splits the update and delivers the shares.</summary>
    SharingUpdate = 6,

    /// <summary>Fetches and verifies the new global model.</summary>
    Adopting = 7,
}

/// <summary>What an edge server says of itself.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Dataset">Name of the data set in use.</param>
/// <param name="Records">That it trains on; 0 at a provider.</param>
/// <param name="AllowsRehearsals">It would simulate an attack when the provider rehearses.</param>
/// <param name="Attack">That it simulates in rehearsals; empty = none.</param>
/// <param name="Run">That it works for; 0 = none.</param>
/// <param name="DoneMille">Part of the activity that is done, per mille; 0 where it cannot be said.</param>
/// <param name="LeftMs">Estimated time to the end of the activity; -1 = not known.</param>
/// <param name="LastError">Empty, or what went wrong last.</param>
/// <param name="LastErrorAt">Zero where nothing did.</param>
public sealed record EdgeStatus(
    string Version, string Dataset, int Records, bool AllowsRehearsals, string Attack, EdgeActivity Activity, RunId Run,
    int Round, int DoneMille, int LeftMs, string LastError, Instant LastErrorAt, Instant StartedAt)
{
    public static EdgeCodec<EdgeStatus> Codec { get; } = new(Write, Read);

    private static void Write(CanonicalWriter writer, EdgeStatus s) => writer
        .Name(s.Version).Name(s.Dataset).Int32(s.Records).Bool(s.AllowsRehearsals).Name(s.Attack)
        .Byte((byte)s.Activity).UInt32(s.Run.Value).Int32(s.Round).Int32(s.DoneMille).Int32(s.LeftMs)
        .Line(s.LastError).Int64(s.LastErrorAt.UnixMs).Int64(s.StartedAt.UnixMs);

    private static EdgeStatus Read(ref CanonicalReader r) => new(
        r.Text(EdgeLimits.NameBytesMax), r.Text(EdgeLimits.NameBytesMax), EdgeText.Number(ref r, 0, int.MaxValue),
        r.Bool(), r.Text(EdgeLimits.NameBytesMax), r.Enum<EdgeActivity>(), new RunId(r.UInt32()), r.Int32(),
        EdgeText.Number(ref r, 0, 1000), EdgeText.Number(ref r, -1, int.MaxValue), r.Text(EdgeLimits.TextBytesMax),
        new Instant(r.Int64()), new Instant(r.Int64()));
}
