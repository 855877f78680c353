" Made by `python -m editors.highlighting`.
if exists("b:current_syntax")
  finish
endif
syntax keyword thesisDeclaration rules thesis input param metric forecast valuation pillar bull bear verdict scenario uncertain example catalyst kill override drop
syntax keyword thesisClause above after against ago applies as asks assume at balance because below by correlated critical expect expects for from given least most of on optional otherwise over own per probability segment show since source stale starts to tolerance uses view weight when with within
syntax keyword thesisType choice count date day flag money month multiple number percent quarter set share text week year
syntax keyword thesisConstant bearish bullish contested false known meaningful met missed neutral open pending supported true undermined unknown
syntax keyword thesisOperator and between contains else happened has if in includes is not or then
syntax keyword thesisFunction abs add_months ahead all annualised any at average beta cagr ceil change count days_between discrete drawdown exp expected first_known floor high lag latest ln lognormal low margin_of_safety max median min mixture months_between normal npv ntm percentile qoq round sqrt stdev streak sum surprise total trend triangular ttm uniform upside volatility year yoy
syntax match thesisNumber "\v<\d+(\.\d+)?(\s?\%|x>|pp>|bps?>|\s?(k|m|bn|tn)?(\s?[A-Z]{3}>)?)"
syntax match thesisDate "\v<\d{4}-\d{2}-\d{2}>"
syntax region thesisFigure start="{" end="}" contained oneline contains=thesisFunction,thesisNumber
syntax region thesisString start=/"/ end=/"/ oneline contains=thesisFigure
syntax match thesisComment "#.*$"
highlight default link thesisDeclaration Keyword
highlight default link thesisClause Statement
highlight default link thesisType Type
highlight default link thesisConstant Constant
highlight default link thesisOperator Operator
highlight default link thesisFunction Function
highlight default link thesisNumber Number
highlight default link thesisDate Number
highlight default link thesisString String
highlight default link thesisFigure Special
highlight default link thesisComment Comment
let b:current_syntax = "thesis"
