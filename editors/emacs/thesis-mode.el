;;; thesis-mode.el --- Investment theses as rules -*- lexical-binding: t -*-
;; Made by `python -m editors.highlighting`.
;;; Code:
(defvar thesis-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    table))

(defvar thesis-declared
  (concat "\\_<" (regexp-opt '("rules" "thesis" "input" "param" "metric" "forecast" "valuation" "pillar" "bull" "bear" "verdict" "scenario" "uncertain" "example" "catalyst" "kill") t) "[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)")
  "A word that begins a declaration, and the name behind it.")

(defvar thesis-font-lock-keywords
  `((,thesis-declared 2 font-lock-variable-name-face)
    (,(regexp-opt '("rules" "thesis" "input" "param" "metric" "forecast" "valuation" "pillar" "bull" "bear" "verdict" "scenario" "uncertain" "example" "catalyst" "kill" "override" "drop") 'words) . font-lock-keyword-face)
    (,(regexp-opt '("above" "after" "against" "ago" "applies" "as" "asks" "assume" "at" "balance" "because" "below" "by" "correlated" "critical" "expect" "expects" "for" "from" "given" "least" "most" "of" "on" "optional" "otherwise" "over" "own" "per" "probability" "segment" "show" "since" "source" "stale" "starts" "to" "tolerance" "uses" "view" "weight" "when" "with" "within") 'words) . font-lock-builtin-face)
    (,(regexp-opt '("and" "between" "contains" "else" "happened" "has" "if" "in" "includes" "is" "not" "or" "then") 'words) . font-lock-builtin-face)
    (,(regexp-opt '("choice" "count" "date" "day" "flag" "money" "month" "multiple" "number" "percent" "quarter" "set" "share" "text" "week" "year") 'words) . font-lock-type-face)
    (,(regexp-opt '("bearish" "bullish" "contested" "false" "known" "meaningful" "met" "missed" "neutral" "open" "pending" "supported" "true" "undermined" "unknown") 'words) . font-lock-constant-face)
    (,(regexp-opt '("abs" "add_months" "ahead" "all" "annualised" "any" "at" "average" "beta" "cagr" "ceil" "change" "count" "days_between" "discrete" "drawdown" "exp" "expected" "first_known" "floor" "high" "lag" "latest" "ln" "lognormal" "low" "margin_of_safety" "max" "median" "min" "mixture" "months_between" "normal" "npv" "ntm" "percentile" "qoq" "round" "sqrt" "stdev" "streak" "sum" "surprise" "total" "trend" "triangular" "ttm" "uniform" "upside" "volatility" "year" "yoy") 'words) . font-lock-function-name-face)))

;;;###autoload
(define-derived-mode thesis-mode prog-mode "Thesis"
  "Mode for rule files of thesis."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 2)
  (setq-local imenu-generic-expression `((nil ,(concat "^\\(?:override[ \t]+\\)?" thesis-declared) 2)))
  (setq-local font-lock-defaults '(thesis-font-lock-keywords)))

(defvar eglot-server-programs)

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.thesis\\'" . thesis-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(thesis-mode . ("thesis" "lsp"))))

(provide 'thesis-mode)
;;; thesis-mode.el ends here
