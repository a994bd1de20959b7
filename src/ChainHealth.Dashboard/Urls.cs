using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard;

/// <summary>Every address of the dashboard.</summary>
public static class Urls
{
    public const string Overview = "/";
    public const string Rounds = "/rounds";
    public const string Chain = "/chain";
    public const string Validators = "/chain/validators";
    public const string Train = "/train";
    public const string Data = "/data";
    public const string Results = "/results";
    public const string Hospitals = "/hospitals";
    public const string Hospital = "/hospital";
    public const string Verify = "/verify";
    public const string System = "/system";
    public const string Backup = "/system/backup";
    public const string ChainFile = "/chain/export";
    public const string Users = "/users";
    public const string Error = "/error";
    public const string NotFound = "/not-found";
    public const string LogIn = "/Account/Login";
    public const string LogOut = "/Account/Logout";
    public const string Register = "/Account/Register";
    public const string Waiting = "/Account/Waiting";
    public const string Profile = "/Account/Profile";
    public const string TwoFactor = "/Account/TwoFactor";
    public const string Predict = "/predict";
    public const string PredictHistory = "/predict/history";
    public const string Audit = "/audit";
    public const string Denied = "/Account/Denied";
    public const string Landing = "/Account/Landing";

    public static string Code(string? returnUrl) => returnUrl is null
        ? "/Account/Code" : $"/Account/Code?ReturnUrl={Uri.EscapeDataString(returnUrl)}";

    public static string Prediction(string id) => $"/predict/{id}";

    /// <param name="format">csv, xlsx or json.</param>
    public static string PredictionFile(string id, string format) => $"/predict/{id}/{format}";

    public static string Setup(string token) => $"/Account/Setup?token={token}";

    public static string Round(RunId run, int round) =>
        string.Create(CultureInfo.InvariantCulture, $"/rounds/{run.Value}/{round}");

    public static string Run(RunId run) => $"/rounds?run={run}";

    public static string Block(Height height) => $"/chain/block/{height}";

    public static string Transaction(Digest id) => $"/chain/tx/{id}";

    public static string TrainRun(RunId run) => string.Create(CultureInfo.InvariantCulture, $"/train/{run.Value}");

    public static string RunResults(RunId run) =>
        string.Create(CultureInfo.InvariantCulture, $"/results?run={run.Value}");

    /// <param name="what">updates or tests.</param>
    /// <param name="format">csv, xlsx or json.</param>
    public static string RunFile(RunId run, string what, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"/results/{run.Value}/{what}.{format}");

    public static string RunPlot(RunId run) =>
        string.Create(CultureInfo.InvariantCulture, $"/results/{run.Value}/accuracy.svg");

    public static string Model(Digest model) => $"/models/{model}";

    public static string ModelOnnx(string model) => $"/models/{model}/onnx";

    public static string ModelProof(string model) => $"/models/{model}/proof";

    public static string TransactionProof(Digest id) => $"/chain/tx/{id}/proof";

    public static string VerdictProof(RunId run, int round) =>
        string.Create(CultureInfo.InvariantCulture, $"/rounds/{run.Value}/{round}/proof");

    public static string ModelBytes(string model) => $"/models/{model}/bytes";

    public static string BlockRange(ulong from, ulong to, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"{ChainFile}?from={from}&to={to}&format={format}");

    /// <summary>Only addresses of this site; anything else leads to the overview.</summary>
    public static string Local(string? address) =>
        address is { Length: > 0 } && address[0] == '/' && !address.StartsWith("//", StringComparison.Ordinal)
        && !address.Contains('\\', StringComparison.Ordinal) ? address : Overview;
}
