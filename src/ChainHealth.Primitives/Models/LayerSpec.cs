namespace ChainHealth.Primitives;

/// <summary>Channels x height x width; tables are 1 x 1 x columns. Elements lie in that order (channel
/// first).</summary>
public readonly record struct TensorShape(int Channels, int Height, int Width)
{
    public int Elements => Channels * Height * Width;

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>One layer of the canonical list from which the training module and the encrypted circuit are both built.
/// </summary>
public abstract record LayerSpec
{
    private protected LayerSpec()
    {
    }

    /// <summary>Weights and biases, counted.</summary>
    public virtual int Parameters => 0;

    /// <summary>Shape of the output for the given input; null where the input does not fit.</summary>
    public abstract TensorShape? Output(TensorShape input);
}

/// <summary>Cross-correlation with bias, zero padding. Weights lie as (out, in, kernel height, kernel width), then the
/// biases (out). A convolution over a table has kernel height 1.</summary>
public sealed record ConvolutionLayer(
    int InChannels, int OutChannels, int KernelHeight, int KernelWidth, int Stride, int PaddingHeight, int PaddingWidth)
    : LayerSpec
{
    public int Window => InChannels * KernelHeight * KernelWidth;

    public override int Parameters => (OutChannels * Window) + OutChannels;

    public override TensorShape? Output(TensorShape input)
    {
        int height = input.Height + (2 * PaddingHeight) - KernelHeight;
        int width = input.Width + (2 * PaddingWidth) - KernelWidth;
        return input.Channels == InChannels && height >= 0 && width >= 0
            ? new TensorShape(OutChannels, (height / Stride) + 1, (width / Stride) + 1)
            : null;
    }
}

/// <summary>Fully connected with bias, over the flattened input. Weights lie as (out, in), then the biases (out).
/// </summary>
public sealed record DenseLayer(int Inputs, int Outputs) : LayerSpec
{
    public override int Parameters => (Inputs * Outputs) + Outputs;

    public override TensorShape? Output(TensorShape input) =>
        input.Elements == Inputs ? new TensorShape(1, 1, Outputs) : null;
}

public sealed record ReluLayer : LayerSpec
{
    public override TensorShape? Output(TensorShape input) => input;
}

/// <summary>Maximum over Size x Size windows, stride Size; a remainder at the right and bottom edge is
/// dropped.</summary>
public sealed record MaxPoolLayer(int Size) : LayerSpec
{
    public override TensorShape? Output(TensorShape input) => Pooling.Output(input, Size);
}

/// <summary>Mean over Size x Size windows, stride Size; a remainder at the right and bottom edge is dropped.</summary>
public sealed record AveragePoolLayer(int Size) : LayerSpec
{
    public override TensorShape? Output(TensorShape input) => Pooling.Output(input, Size);
}

internal static class Pooling
{
    public static TensorShape? Output(TensorShape input, int size) =>
        input.Height >= size && input.Width >= size
            ? new TensorShape(input.Channels, input.Height / size, input.Width / size)
            : null;
}
