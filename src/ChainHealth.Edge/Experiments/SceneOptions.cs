using System.Globalization;

namespace ChainHealth.Edge.Experiments;

/// <summary>A federation to experiment with.</summary>
/// <param name="Alpha">Dirichlet parameter of the split; null = even.</param>
/// <param name="Records">At most this many training records are dealt out, drawn from the training split.</param>
/// <param name="Draw">Pool records on which a round's updates are judged.</param>
internal sealed record SceneOptions(
    string Dataset, string? Model, double? Alpha, ulong Seed, int Hospitals, int Records, int Draw)
{
    public string AlphaText => Alpha is { } a ? a.ToString("R", CultureInfo.InvariantCulture) : "iid";
}
