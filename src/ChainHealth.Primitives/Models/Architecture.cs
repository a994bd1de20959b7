using System.Collections.Immutable;

namespace ChainHealth.Primitives;

/// <summary>A layer with its place in the network and in the flat parameter vector.</summary>
public readonly record struct PlacedLayer(
    int Index, LayerSpec Spec, TensorShape Input, TensorShape Output, int ParameterOffset);

/// <summary>A network as the canonical list of its layers. The flat parameter vector holds, layer by layer, the weights
/// and then the biases.</summary>
public sealed class Architecture : IEquatable<Architecture>
{
    public const int LayersMax = 32;
    public const int ParametersMax = 4_000_000;
    public const int ElementsMax = 1_000_000;
    public const int ClassesMax = 64;

    private Architecture(string name, TensorShape input, ImmutableArray<PlacedLayer> layers)
    {
        Name = name;
        Input = input;
        Layers = layers;
        ParameterCount = layers.Sum(l => l.Spec.Parameters);
        Hash = Digest.Of("architecture", default, Encode());
    }

    public string Name { get; }

    public TensorShape Input { get; }

    public ImmutableArray<PlacedLayer> Layers { get; }

    public int ParameterCount { get; }

    public int Classes => Layers[^1].Output.Elements;

    public Digest Hash { get; }

    /// <summary>Null, with the reason in <paramref name="fault"/>, where the layers do not fit together.</summary>
    public static Architecture? TryCreate(
        string name, TensorShape input, IEnumerable<LayerSpec> specs, out string? fault)
    {
        var layers = ImmutableArray.CreateBuilder<PlacedLayer>();
        TensorShape shape = input;
        long offset = 0;
        fault = ShapeFault(input);
        foreach (LayerSpec spec in specs)
        {
            fault ??= ArchitectureCodec.SpecFault(spec);
            if (fault is not null)
            {
                return null;
            }

            if (spec.Output(shape) is not { } output || ShapeFault(output) is not null)
            {
                fault = $"layer {layers.Count} ({spec}) does not fit an input of {shape}";
                return null;
            }

            layers.Add(new PlacedLayer(layers.Count, spec, shape, output, (int)offset));
            offset += spec.Parameters;
            shape = output;
            fault = offset > ParametersMax ? $"more than {ParametersMax} parameters"
                : layers.Count > LayersMax ? $"more than {LayersMax} layers" : null;
        }

        fault ??= layers.Count == 0 || layers[^1].Spec is not DenseLayer || shape.Elements is < 2 or > ClassesMax
            ? $"the last layer must be dense with 2 to {ClassesMax} outputs" : null;
        return fault is null ? new Architecture(name, input, layers.ToImmutable()) : null;
    }

    public void Write(CanonicalWriter writer) => ArchitectureCodec.Write(writer, this);

    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return writer.ToArray();
    }

    public bool Equals(Architecture? other) => other is not null && Hash == other.Hash;

    public override bool Equals(object? obj) => Equals(obj as Architecture);

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => $"{Name} {Input} -> {Classes}, {ParameterCount} parameters";

    private static string? ShapeFault(TensorShape shape) =>
        shape.Channels is < 1 or > 1024 || shape.Height is < 1 or > 1024 || shape.Width is < 1 or > 1024
        || shape.Elements > ElementsMax ? $"shape {shape} is out of range" : null;
}
