using ChainHealth.Primitives;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChainHealth.Learning;

/// <summary>An architecture as a TorchSharp module with one parameter: the flat vector itself, of which each layer's
/// weights and biases are views. So the module's state is the canonical vector, and a training step touches one tensor
/// and not two per layer (fewer native wrappers for the collector to trip over).</summary>
public sealed class TorchNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Architecture architecture;
    private readonly Parameter flat;

    // The base constructor already calls into native code.
    static TorchNetwork() => TorchRuntime.Prepare();

    /// <exception cref="ParameterException">The vector does not fit the architecture.</exception>
    public TorchNetwork(Architecture architecture, ReadOnlySpan<float> values)
        : base(architecture.Name)
    {
        ParameterVector.CheckFinite(architecture, values);
        this.architecture = architecture;
        using Tensor initial = tensor(values.ToArray(), ScalarType.Float32);
        flat = new Parameter(initial.clone());
        register_parameter("flat", flat);
    }

    /// <summary>The module's only parameter.</summary>
    public Parameter Flat => flat;

    /// <summary>The flat vector, copied.</summary>
    public float[] Read()
    {
        using TorchSharp.Utils.TensorAccessor<float> values = flat.data<float>();
        return values.ToArray();
    }

    /// <param name="input">records x channels x height x width.</param>
    /// <returns>Scores, records x classes. The caller's dispose scope owns what lies between.</returns>
    public override Tensor forward(Tensor input) => Through(input, architecture.Layers.AsSpan());

    /// <summary>What the last layer sees: records x its inputs. The place where records of one class lie together.
    /// </summary>
    public Tensor Embed(Tensor input) => Through(input, architecture.Layers.AsSpan()[..^1]).flatten(1);

    /// <summary>The last layer over what <see cref="Embed"/> gave: records x classes.</summary>
    public Tensor ScoresOf(Tensor embedded) => Through(embedded, architecture.Layers.AsSpan()[^1..]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            flat.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Through(Tensor input, ReadOnlySpan<PlacedLayer> layers)
    {
        Tensor x = input;
        foreach (PlacedLayer layer in layers)
        {
            x = layer.Spec switch
            {
                ConvolutionLayer c => Convolve(x, c, layer.ParameterOffset),
                DenseLayer d => Dense(x, d, layer.ParameterOffset),
                MaxPoolLayer p => F.max_pool2d(x, p.Size, p.Size),
                AveragePoolLayer p => F.avg_pool2d(x, p.Size, p.Size),
                ReluLayer => F.relu(x),
                _ => throw new ArgumentException($"unknown layer {layer.Spec}"),
            };
        }

        return x;
    }

    private Tensor Convolve(Tensor x, ConvolutionLayer c, int offset)
    {
        int weights = c.OutChannels * c.Window;
        Tensor kernel = flat.narrow(0, offset, weights)
            .view(c.OutChannels, c.InChannels, c.KernelHeight, c.KernelWidth);
        Tensor bias = flat.narrow(0, offset + weights, c.OutChannels);
        return F.conv2d(x, kernel, bias, [c.Stride, c.Stride], [c.PaddingHeight, c.PaddingWidth]);
    }

    private Tensor Dense(Tensor x, DenseLayer d, int offset)
    {
        int weights = d.Inputs * d.Outputs;
        Tensor matrix = flat.narrow(0, offset, weights).view(d.Outputs, d.Inputs);
        Tensor bias = flat.narrow(0, offset + weights, d.Outputs);
        return F.linear(x.flatten(1), matrix, bias);
    }
}
