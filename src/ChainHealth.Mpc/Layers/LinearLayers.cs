using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Convolution and dense layers with bias: 6 elements per output, 1 exchange for all models and images. The
/// output is at twice the fraction bits of the input.</summary>
internal static class LinearLayers
{
    public static async ValueTask<ShareVector> ApplyAsync(MpcSession session, PlacedLayer layer, ModelBatch batch,
        ShareVector input, int fractionBits, CancellationToken cancellation)
    {
        int words = checked(batch.Outputs * layer.Output.Elements);
        Products products = await Products.BeginAsync(session, words);
        if (layer.Spec is ConvolutionLayer convolution)
        {
            Convolve(session, layer, convolution, batch, input, products);
        }
        else
        {
            MultiplyRows(session, layer, (DenseLayer)layer.Spec, batch, input, products);
        }

        ShareVector output = await products.FinishAsync(default(InPlaceTerms), bits: false, cancellation);
        batch.Lanes = batch.Models.Count;
        AddBias(layer, batch, output, fractionBits);
        return output;
    }

    private static int[] PairsOf(int party) =>
        [.. Enumerable.Range(0, Pairs.Count).Where(pair => Pairs.Contains(pair, party))];

    /// <summary>Weights are the left operand, patches of the image the right one.</summary>
    private static unsafe void Convolve(MpcSession session, PlacedLayer layer, ConvolutionLayer spec, ModelBatch batch,
        ShareVector input, Products products)
    {
        var patches = new ImagePatches(spec, layer.Input, layer.Output);
        int leftWords = RingMatrix.Best.LeftWords(spec.OutChannels, spec.Window);
        int[] pairs = PairsOf(session.Party);
        RingBuffer left = session.Pool.Rent(checked(batch.Models.Count * pairs.Length * 2 * leftWords));
        RingBuffer right = session.Pool.Rent(checked((4 * patches.PackedWords) + patches.PaddedWords));
        for (int m = 0; m < batch.Models.Count; m++)
        {
            PackLeft(batch.Models[m], layer.ParameterOffset, spec.OutChannels, spec.Window, pairs,
                left.Pointer + ((long)m * pairs.Length * 2 * leftWords), leftWords);
        }

        for (int lane = 0; lane < batch.Lanes; lane++)
        {
            for (int image = 0; image < batch.Images; image++)
            {
                long start = (((long)lane * batch.Images) + image) * layer.Input.Elements;
                foreach (int j in Local.Known(input))
                {
                    patches.Pack(input[j] + start, right.Pointer + (4L * patches.PackedWords),
                        right.Pointer + ((long)j * patches.PackedWords));
                }

                (int from, int to) = batch.Lanes == 1 ? (0, batch.Models.Count) : (lane, lane + 1);
                for (int m = from; m < to; m++)
                {
                    for (int p = 0; p < pairs.Length; p++)
                    {
                        ulong* l = left.Pointer + ((((long)m * pairs.Length) + p) * 2 * leftWords);
                        (int e, int d, _) = Pairs.Terms(pairs[p]);
                        RingMatrix.Best.Multiply(l, right.Pointer + ((long)d * patches.PackedWords), l + leftWords,
                            right.Pointer + ((long)e * patches.PackedWords), spec.OutChannels, spec.Window,
                            patches.Pixels, products.Summand(pairs[p])
                                + ((((long)m * batch.Images) + image) * layer.Output.Elements));
                    }
                }
            }
        }

        session.Pool.Return(left);
        session.Pool.Return(right);
    }

    /// <summary>Records are the rows of the left operand, transposed weights the right one.</summary>
    private static unsafe void MultiplyRows(MpcSession session, PlacedLayer layer, DenseLayer spec, ModelBatch batch,
        ShareVector input, Products products)
    {
        int leftWords = RingMatrix.Best.LeftWords(batch.Images, spec.Inputs);
        int rightWords = RingMatrix.RightWords(spec.Inputs, spec.Outputs);
        int[] pairs = PairsOf(session.Party);
        RingBuffer left = session.Pool.Rent(checked(pairs.Length * 2 * leftWords));
        RingBuffer right = session.Pool.Rent(checked(4 * rightWords));
        for (int m = 0; m < batch.Models.Count; m++)
        {
            if (m < batch.Lanes)
            {
                PackLeft(input, checked(m * batch.Images * spec.Inputs), batch.Images, spec.Inputs, pairs,
                    left.Pointer, leftWords);
            }

            foreach (int j in Local.Known(input))
            {
                RingMatrix.PackRightTransposed(batch.Models[m][j] + layer.ParameterOffset, spec.Inputs, spec.Outputs,
                    right.Pointer + ((long)j * rightWords));
            }

            for (int p = 0; p < pairs.Length; p++)
            {
                ulong* l = left.Pointer + ((long)p * 2 * leftWords);
                (int e, int d, _) = Pairs.Terms(pairs[p]);
                RingMatrix.Best.Multiply(l, right.Pointer + ((long)d * rightWords), l + leftWords,
                    right.Pointer + ((long)e * rightWords), batch.Images, spec.Inputs, spec.Outputs,
                    products.Summand(pairs[p]) + ((long)m * batch.Images * spec.Outputs));
            }
        }

        session.Pool.Return(left);
        session.Pool.Return(right);
    }

    /// <summary>For each pair the two left operands of its summand, x[E] (+ x[D]) and x[D].</summary>
    private static unsafe void PackLeft(ShareVector x, int start, int rows, int inner, int[] pairs, ulong* packed,
        int leftWords)
    {
        foreach (int pair in pairs)
        {
            (int e, int d, bool owns) = Pairs.Terms(pair);
            RingMatrix.Best.PackLeft(x[e] + start, owns ? x[d] + start : null, rows, inner, packed);
            RingMatrix.Best.PackLeft(x[d] + start, null, rows, inner, packed + leftWords);
            packed += 2L * leftWords;
        }
    }

    /// <summary>Biases lie after the weights, one per output channel; the shift brings them to the output's scale.
    /// </summary>
    private static unsafe void AddBias(PlacedLayer layer, ModelBatch batch, ShareVector output, int fractionBits)
    {
        (int channels, int weights) = layer.Spec is ConvolutionLayer c
            ? (c.OutChannels, c.OutChannels * c.Window)
            : (layer.Output.Elements, layer.Spec.Parameters - layer.Output.Elements);
        int pixels = layer.Output.Elements / channels;
        foreach (int j in Local.Known(output))
        {
            ulong* target = output[j];
            for (int m = 0; m < batch.Models.Count; m++)
            {
                ulong* biases = batch.Models[m][j] + layer.ParameterOffset + weights;
                for (int i = 0; i < batch.Images * channels; i++)
                {
                    ulong bias = biases[i % channels] << fractionBits;
                    for (int pixel = 0; pixel < pixels; pixel++)
                    {
                        *target = unchecked(*target + bias);
                        target++;
                    }
                }
            }
        }
    }
}
