using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>One step of the encrypted evaluation. Values are narrow (f fraction bits) or wide (2f, after a linear
/// layer).
/// </summary>
internal abstract record CircuitStep;

/// <summary>Narrow to wide.</summary>
internal sealed record LinearStep(PlacedLayer Layer) : CircuitStep
{
    public override string ToString() => Layer.Spec.ToString();
}

/// <summary>Wide to narrow where <paramref name="Drop"/> is positive.</summary>
internal sealed record ReluStep(Window Window, int Drop) : CircuitStep;

internal sealed record MaxPoolStep(TensorShape Input, int Size, Window Window) : CircuitStep;

/// <summary>Window sums, times the factor, then without the dropped bits.</summary>
internal sealed record AveragePoolStep(TensorShape Input, int Size, long Factor, int Drop) : CircuitStep;

internal sealed record TruncationStep(int Drop) : CircuitStep;
