using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Turns one image plane into the right operand of a convolution: row (channel, kernel row, kernel column),
/// column = output pixel, packed in panels of eight pixels.</summary>
internal sealed unsafe class ImagePatches
{
    private readonly ConvolutionLayer _layer;
    private readonly TensorShape _input;
    private readonly int _paddedWidth;
    private readonly int _paddedPlane;
    private readonly int[] _pixelBase;
    private readonly int[] _windowOffset;

    public ImagePatches(ConvolutionLayer layer, TensorShape input, TensorShape output)
    {
        _layer = layer;
        _input = input;
        _paddedWidth = input.Width + (2 * layer.PaddingWidth);
        _paddedPlane = _paddedWidth * (input.Height + (2 * layer.PaddingHeight));
        Pixels = output.Height * output.Width;
        _pixelBase = new int[RingMatrix.Panels(Pixels) * RingKernel.Columns];
        for (int p = 0; p < _pixelBase.Length; p++)
        {
            // Columns beyond the last pixel repeat it; their products are dropped.
            int pixel = Math.Min(p, Pixels - 1);
            _pixelBase[p] = layer.Stride * ((pixel / output.Width * _paddedWidth) + (pixel % output.Width));
        }

        _windowOffset = new int[layer.Window];
        for (int k = 0; k < _windowOffset.Length; k++)
        {
            int column = k % layer.KernelWidth;
            int row = k / layer.KernelWidth % layer.KernelHeight;
            int channel = k / (layer.KernelWidth * layer.KernelHeight);
            _windowOffset[k] = (channel * _paddedPlane) + (row * _paddedWidth) + column;
        }
    }

    public int Pixels { get; }

    /// <summary>Words of scratch that <see cref="Pack"/> wants.</summary>
    public int PaddedWords => _paddedPlane * _input.Channels;

    public int PackedWords => RingMatrix.RightWords(_layer.Window, Pixels);

    public void Pack(ulong* image, ulong* padded, ulong* packed)
    {
        Pad(image, padded);
        for (int panel = 0; panel < _pixelBase.Length; panel += RingKernel.Columns)
        {
            ReadOnlySpan<int> bases = _pixelBase.AsSpan(panel, RingKernel.Columns);
            bool contiguous = bases[7] - bases[0] == 7 && _layer.Stride == 1;
            ulong* target = packed + ((long)panel * _windowOffset.Length);
            foreach (int offset in _windowOffset)
            {
                if (contiguous)
                {
                    new Span<ulong>(padded + offset + bases[0], 8).CopyTo(new Span<ulong>(target, 8));
                }
                else
                {
                    for (int lane = 0; lane < RingKernel.Columns; lane++)
                    {
                        target[lane] = padded[offset + bases[lane]];
                    }
                }

                target += RingKernel.Columns;
            }
        }
    }

    private void Pad(ulong* image, ulong* padded)
    {
        new Span<ulong>(padded, PaddedWords).Clear();
        for (int channel = 0; channel < _input.Channels; channel++)
        {
            for (int row = 0; row < _input.Height; row++)
            {
                ulong* target = padded + (channel * _paddedPlane)
                    + ((row + _layer.PaddingHeight) * _paddedWidth) + _layer.PaddingWidth;
                new Span<ulong>(image + (((channel * _input.Height) + row) * _input.Width), _input.Width)
                    .CopyTo(new Span<ulong>(target, _input.Width));
            }
        }
    }
}
