using System.Collections.Immutable;

namespace ChainHealth.Primitives;

/// <summary>Canonical bytes of an architecture (WIRE.md, "Architecture").</summary>
public static class ArchitectureCodec
{
    private const int NameBytesMax = 32;
    private const int SideMax = 4096;

    private enum Kind : byte
    {
        Convolution = 1,
        Dense = 2,
        Relu = 3,
        MaxPool = 4,
        AveragePool = 5,
    }

    public static void Write(CanonicalWriter writer, Architecture architecture)
    {
        writer.Text(architecture.Name).Int32(architecture.Input.Channels).Int32(architecture.Input.Height)
            .Int32(architecture.Input.Width);
        writer.List(architecture.Layers, (w, layer) => WriteSpec(w, layer.Spec));
    }

    /// <summary>Null where the bytes are no architecture; the reader then holds the fault.</summary>
    public static Architecture? Read(ref CanonicalReader reader)
    {
        string name = reader.Text(NameBytesMax);
        var input = new TensorShape(reader.Int32(), reader.Int32(), reader.Int32());
        ImmutableArray<LayerSpec> specs = reader.List(Architecture.LayersMax, ReadSpec);
        if (reader.Failed)
        {
            return null;
        }

        Architecture? architecture = Architecture.TryCreate(name, input, specs, out string? fault);
        if (architecture is null)
        {
            reader.Fail(fault!);
        }

        return architecture;
    }

    /// <summary>Sizes are judged in 64 bits and before anything is computed from them: hostile ones overflow.</summary>
    internal static string? SpecFault(LayerSpec spec)
    {
        long[] sizes = spec switch
        {
            ConvolutionLayer c => [c.InChannels, c.OutChannels, c.KernelHeight, c.KernelWidth, c.Stride,
                c.PaddingHeight + 1L, c.PaddingWidth + 1L],
            DenseLayer d => [(d.Inputs + 255L) / 256, d.Outputs],
            MaxPoolLayer p => [p.Size],
            AveragePoolLayer p => [p.Size],
            _ => [],
        };
        if (!sizes.All(s => s is >= 1 and <= SideMax))
        {
            return $"a {spec.GetType().Name} has a size out of range";
        }

        long parameters = spec switch
        {
            ConvolutionLayer c => c.OutChannels * (((long)c.InChannels * c.KernelHeight * c.KernelWidth) + 1),
            DenseLayer d => d.Outputs * (d.Inputs + 1L),
            _ => 0,
        };
        return parameters <= Architecture.ParametersMax
            ? null
            : $"a {spec.GetType().Name} has {parameters} parameters, at most {Architecture.ParametersMax} allowed";
    }

    private static void WriteSpec(CanonicalWriter writer, LayerSpec spec)
    {
        switch (spec)
        {
            case ConvolutionLayer c:
                writer.Byte((byte)Kind.Convolution).Int32(c.InChannels).Int32(c.OutChannels).Int32(c.KernelHeight)
                    .Int32(c.KernelWidth).Int32(c.Stride).Int32(c.PaddingHeight).Int32(c.PaddingWidth);
                break;
            case DenseLayer d:
                writer.Byte((byte)Kind.Dense).Int32(d.Inputs).Int32(d.Outputs);
                break;
            case ReluLayer:
                writer.Byte((byte)Kind.Relu);
                break;
            case MaxPoolLayer p:
                writer.Byte((byte)Kind.MaxPool).Int32(p.Size);
                break;
            case AveragePoolLayer p:
                writer.Byte((byte)Kind.AveragePool).Int32(p.Size);
                break;
            default:
                throw new ArgumentException($"unknown layer {spec}", nameof(spec));
        }
    }

    private static LayerSpec ReadSpec(ref CanonicalReader reader) => reader.Enum<Kind>() switch
    {
        Kind.Convolution => new ConvolutionLayer(reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(),
            reader.Int32(), reader.Int32(), reader.Int32()),
        Kind.Dense => new DenseLayer(reader.Int32(), reader.Int32()),
        Kind.MaxPool => new MaxPoolLayer(reader.Int32()),
        Kind.AveragePool => new AveragePoolLayer(reader.Int32()),
        _ => new ReluLayer(),
    };
}
