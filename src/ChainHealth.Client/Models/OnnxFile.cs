using System.Runtime.InteropServices;
using System.Text;
using ChainHealth.Primitives;
using Architecture = ChainHealth.Primitives.Architecture;

namespace ChainHealth.Client;

/// <summary>A global model as an ONNX file (ONNX 1.14, operator set 17): input "records" (batch x channels x height x
/// width, normalised as in training), output "scores" (batch x classes, before softmax). Weights are the fixed-point
/// ones as 32-bit reals.</summary>
public static class OnnxFile
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;
    private const int Real32 = 1;
    private const string Input = "records";
    private const string Output = "scores";

    /// <exception cref="ArgumentException">The model is not of this architecture.</exception>
    public static byte[] Encode(Architecture architecture, GlobalModel model, string description)
    {
        if (model.Architecture != architecture.Hash)
        {
            throw new ArgumentException("the model is of another architecture", nameof(model));
        }

        var graph = new ProtoWriter();
        string last = Input;
        bool flat = false;
        for (int i = 0; i < architecture.Layers.Length; i++)
        {
            PlacedLayer layer = architecture.Layers[i];
            string next = i == architecture.Layers.Length - 1 ? Output : $"layer{i}";
            if (layer.Spec is DenseLayer && !flat)
            {
                flat = true;
                graph.Message(1, Node("Flatten", $"flat{i}", [last], n => n.Message(5, Number("axis", 1))));
                last = $"flat{i}";
            }

            graph.Message(1, NodeOf(layer.Spec, last, next, i));
            Initializers(graph, layer, model, i);
            last = next;
        }

        graph.Text(2, "chainhealth");
        TensorShape first = architecture.Input;
        graph.Message(11, Value(Input, first.Channels, first.Height, first.Width));
        graph.Message(12, Value(Output, architecture.Classes));
        var file = new ProtoWriter();
        file.Number(1, IrVersion).Text(2, "ChainHealth").Text(6, description).Message(7, graph)
            .Message(8, new ProtoWriter().Text(1, "").Number(2, OperatorSet))
            .Message(14, new ProtoWriter().Text(1, "content hash").Text(2, model.Hash.ToString()));
        return file.ToArray();
    }

    private static ProtoWriter NodeOf(LayerSpec spec, string from, string to, int i) => spec switch
    {
        ConvolutionLayer c => Node("Conv", to, [from, $"w{i}", $"b{i}"], n => n
            .Message(5, Numbers("kernel_shape", c.KernelHeight, c.KernelWidth))
            .Message(5, Numbers("strides", c.Stride, c.Stride))
            .Message(5, Numbers("pads", c.PaddingHeight, c.PaddingWidth, c.PaddingHeight, c.PaddingWidth))),
        DenseLayer => Node("Gemm", to, [from, $"w{i}", $"b{i}"], n => n.Message(5, Number("transB", 1))),
        ReluLayer => Node("Relu", to, [from], _ => { }),
        MaxPoolLayer p => Node("MaxPool", to, [from], n => Pool(n, p.Size)),
        AveragePoolLayer p => Node("AveragePool", to, [from], n => Pool(n, p.Size)),
        _ => throw new ArgumentException($"layer {spec.GetType().Name} has no ONNX operator"),
    };

    private static void Pool(ProtoWriter node, int size) =>
        node.Message(5, Numbers("kernel_shape", size, size)).Message(5, Numbers("strides", size, size));

    private static void Initializers(ProtoWriter graph, PlacedLayer layer, GlobalModel model, int i)
    {
        (long[] dims, int outputs) = layer.Spec switch
        {
            ConvolutionLayer c => ([c.OutChannels, c.InChannels, c.KernelHeight, c.KernelWidth], c.OutChannels),
            DenseLayer d => ([d.Outputs, d.Inputs], d.Outputs),
            _ => (Array.Empty<long>(), 0),
        };
        if (outputs > 0)
        {
            int weights = layer.Spec.Parameters - outputs;
            ReadOnlySpan<long> all = model.Weights.AsSpan().Slice(layer.ParameterOffset, layer.Spec.Parameters);
            graph.Message(5, Tensor($"w{i}", dims, all[..weights], model.Format));
            graph.Message(5, Tensor($"b{i}", [outputs], all[weights..], model.Format));
        }
    }

    private static ProtoWriter Tensor(string name, long[] dims, ReadOnlySpan<long> values, FixedPoint format)
    {
        var reals = new float[values.Length];
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = (float)format.Decode(values[i]);
        }

        var tensor = new ProtoWriter();
        foreach (long dim in dims)
        {
            tensor.Number(1, dim);
        }

        return tensor.Number(2, Real32).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(reals.AsSpan()));
    }

    private static ProtoWriter Node(string kind, string to, string[] from, Action<ProtoWriter> attributes)
    {
        var node = new ProtoWriter();
        foreach (string name in from)
        {
            node.Text(1, name);
        }

        node.Text(2, to).Text(3, to).Text(4, kind);
        attributes(node);
        return node;
    }

    private static ProtoWriter Number(string name, long value) =>
        new ProtoWriter().Text(1, name).Number(3, value).Number(20, 2);

    private static ProtoWriter Numbers(string name, params long[] values)
    {
        ProtoWriter attribute = new ProtoWriter().Text(1, name);
        foreach (long value in values)
        {
            attribute.Number(8, value);
        }

        return attribute.Number(20, 7);
    }

    private static ProtoWriter Value(string name, params long[] dims)
    {
        ProtoWriter shape = new ProtoWriter().Message(1, new ProtoWriter().Text(2, "batch"));
        foreach (long dim in dims)
        {
            shape.Message(1, new ProtoWriter().Number(1, dim));
        }

        return new ProtoWriter().Text(1, name).Message(
            2, new ProtoWriter().Message(1, new ProtoWriter().Number(1, Real32).Message(2, shape)));
    }

    /// <summary>The few parts of the protocol buffers encoding that ONNX needs.</summary>
    private sealed class ProtoWriter
    {
        private const int Varint = 0;
        private const int Length = 2;

        private readonly MemoryStream _bytes = new();

        public ProtoWriter Number(int field, long value)
        {
            Raw((uint)((field << 3) | Varint));
            Raw(unchecked((ulong)value));
            return this;
        }

        public ProtoWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

        public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.ToArray());

        public ProtoWriter Bytes(int field, ReadOnlySpan<byte> bytes)
        {
            Raw((uint)((field << 3) | Length));
            Raw((ulong)bytes.Length);
            _bytes.Write(bytes);
            return this;
        }

        public byte[] ToArray() => _bytes.ToArray();

        private void Raw(ulong value)
        {
            while (value >= 0x80)
            {
                _bytes.WriteByte((byte)(value & 0x7F | 0x80));
                value >>= 7;
            }

            _bytes.WriteByte((byte)value);
        }
    }
}
