using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ChainHealth.Primitives;

/// <summary>The weights of a network in fixed point, as they stand on the validators under their content hash.
/// Bytes: architecture hash, fraction bits, count, then the weights as little-endian 64-bit integers
/// (WIRE.md).</summary>
public sealed class GlobalModel
{
    public const int BytesMax = 64 + (Primitives.Architecture.ParametersMax * sizeof(long));

    public GlobalModel(Digest architecture, FixedPoint format, ImmutableArray<long> weights)
    {
        Architecture = architecture;
        Format = format;
        Weights = weights;
        Hash = HashOf(Encode());
    }

    public Digest Architecture { get; }

    public FixedPoint Format { get; }

    /// <summary>In the canonical parameter order, scale 2^FractionBits.</summary>
    public ImmutableArray<long> Weights { get; }

    /// <summary>Content hash: what the chain makes final.</summary>
    public Digest Hash { get; }

    public static Digest HashOf(ReadOnlySpan<byte> encoded) => Digest.Of("model", default, encoded);

    /// <summary>Seeded He-uniform weights and zero biases, bit-exact everywhere: a plan names the seed, so nobody has
    /// to send or trust the first model. (He et al., ICCV 2015, eq. 10, as a uniform distribution.) The last layer,
    /// which no ReLU follows, gets a tenth of it: the untrained model starts undecided.</summary>
    public static GlobalModel Initial(Architecture architecture, FixedPoint format, ulong seed)
    {
        var weights = new long[architecture.ParameterCount];
        var random = new SplitMix64(seed);
        foreach (PlacedLayer layer in architecture.Layers)
        {
            (int fanIn, int outputs) = layer.Spec switch
            {
                ConvolutionLayer c => (c.Window, c.OutChannels),
                DenseLayer d => (d.Inputs, d.Outputs),
                _ => (1, 0),
            };
            double share = layer.Index == architecture.Layers.Length - 1 ? 0.1 : 1;
            long bound = (long)Math.Round(Math.Sqrt(6.0 / fanIn) * share * format.One);
            for (int i = 0; i < fanIn * outputs; i++)
            {
                weights[layer.ParameterOffset + i] = (long)(random.Next() % (ulong)((2 * bound) + 1)) - bound;
            }
        }

        return new GlobalModel(architecture.Hash, format, ImmutableCollectionsMarshal.AsImmutableArray(weights));
    }

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64 + (Weights.Length * sizeof(long)));
        writer.Digest(Architecture).Byte((byte)Format.FractionBits).Int32(Weights.Length);
        foreach (long weight in Weights)
        {
            writer.Int64(weight);
        }

        return writer.ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no model of this architecture.</summary>
    public static GlobalModel? TryDecode(ReadOnlySpan<byte> bytes, Architecture architecture, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        Digest hash = reader.Digest();
        byte fraction = reader.Byte();
        int count = reader.Int32();
        fault = reader.Fault
            ?? (hash != architecture.Hash
                ? $"model is of architecture {hash.Short}, not {architecture.Hash.Short}" : null)
            ?? (fraction is < FixedPoint.FractionBitsMin or > FixedPoint.FractionBitsMax
                ? $"{fraction} fraction bits" : null)
            ?? (count != architecture.ParameterCount || reader.Remaining != count * sizeof(long)
                ? $"{count} weights, {architecture.ParameterCount} expected" : null);
        if (fault is not null)
        {
            return null;
        }

        var weights = new long[count];
        for (int i = 0; i < count; i++)
        {
            weights[i] = reader.Int64();
        }

        return new GlobalModel(hash, new FixedPoint(fraction), ImmutableCollectionsMarshal.AsImmutableArray(weights));
    }
}
