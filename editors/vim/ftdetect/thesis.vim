autocmd BufRead,BufNewFile *.thesis setfiletype thesis
